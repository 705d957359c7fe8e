//! The sockets that a server listens on, which outlive it: another one goes on with them, and no caller is refused in between.

use std::{
    io,
    net::{SocketAddr, TcpListener},
};

use socket2::{Domain, Socket, Type};

/// Connections that the kernel completes before they are accepted.
const BACKLOG: i32 = 1024;

/// Open sockets, and the addresses that they listen on: port 0 means any.
pub struct Sockets {
    /// That of the service.
    pub(crate) main: TcpListener,
    /// One for the metrics, which then leave the first one.
    pub(crate) metrics: Option<TcpListener>,
    /// One for the operator API, which then leaves the first one.
    pub(crate) operator: Option<TcpListener>,
}

impl Sockets {
    /// Opens a socket at `address`, and others where they have an address.
    ///
    /// # Errors
    /// Where an address cannot be listened on.
    pub fn open(
        address: SocketAddr,
        metrics: Option<SocketAddr>,
        operator: Option<SocketAddr>,
    ) -> io::Result<Self> {
        let main = open(address)?;
        let operator = operator.map(open).transpose()?;
        Ok(Self { main, metrics: metrics.map(open).transpose()?, operator })
    }

    /// Returns the same sockets once more.
    ///
    /// # Errors
    /// Where the system has no more.
    pub fn try_clone(&self) -> io::Result<Self> {
        let again = |socket: &Option<TcpListener>| socket.as_ref().map(TcpListener::try_clone).transpose();
        Ok(Self {
            main: self.main.try_clone()?,
            metrics: again(&self.metrics)?,
            operator: again(&self.operator)?,
        })
    }

    /// Returns where the service listens.
    ///
    /// # Errors
    /// Where the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.main.local_addr()
    }
}

fn open(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    // A server that starts again need not wait for the connections of the one before.
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(TcpListener::from(socket))
}
