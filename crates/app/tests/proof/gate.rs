//! A line to a receiver that is cut and held at times, as a receiver looks from outside that was killed or is paused.

use std::{future::pending, io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpSocket, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    time::sleep,
};

/// How a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    Open,
    /// Takes connections and carries nothing.
    Held,
    /// Refuses connections, and has ended those that were there.
    Cut,
}

/// A line before one receiver, on an address of its own that stays.
pub struct Gate {
    pub address: SocketAddr,
    line: watch::Sender<Line>,
}

impl Gate {
    pub fn before(receiver: SocketAddr) -> Self {
        // No connection begins here, so that none takes the port while the line is cut.
        let socket = bound(SocketAddr::from(([127, 0, 0, 2], 0))).unwrap();
        let address = socket.local_addr().unwrap();
        let line = watch::Sender::new(Line::Open);
        tokio::spawn(serve(socket, receiver, line.subscribe()));
        Self { address, line }
    }

    pub fn set(&self, line: Line) {
        self.line.send_replace(line);
    }
}

/// A socket that has the address and refuses connections until it listens.
fn bound(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    // Connections that were cut still hold the address for a while.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// The same for the address of a listener that was just closed. A process that another test starts at this moment has it, too,
/// until it runs its own program.
async fn bound_again(address: SocketAddr) -> TcpSocket {
    for _ in 0..1000 {
        match bound(address) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => sleep(Duration::from_millis(5)).await,
            other => return other.unwrap(),
        }
    }
    panic!("{address} is in use");
}

async fn serve(mut socket: TcpSocket, receiver: SocketAddr, line: watch::Receiver<Line>) {
    let address = socket.local_addr().unwrap();
    let mut turns = line.clone();
    loop {
        let listener = socket.listen(1024).unwrap();
        let accept = async {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, receiver, line.clone()));
            }
        };
        tokio::select! {
            () = accept => return,
            () = until(&mut turns, |line| line == Line::Cut) => {}
        }
        drop(listener);
        socket = bound_again(address).await;
        until(&mut turns, |line| line != Line::Cut).await;
    }
}

/// Waits until the line is so; for ever, if it never is.
async fn until(line: &mut watch::Receiver<Line>, is_so: impl Fn(Line) -> bool) {
    let is_gone = line.wait_for(|line| is_so(*line)).await.is_err();
    if is_gone {
        pending::<()>().await;
    }
}

async fn carry(client: TcpStream, receiver: SocketAddr, mut line: watch::Receiver<Line>) {
    let Ok(server) = TcpStream::connect(receiver).await else { return };
    // What comes in two pieces shall not wait for a confirmation in between.
    client.set_nodelay(true).ok();
    server.set_nodelay(true).ok();
    let (there, back) = (line.clone(), line.clone());
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        _ = pump(from_client, to_server, there) => {}
        _ = pump(from_server, to_client, back) => {}
        () = until(&mut line, |line| line == Line::Cut) => {}
    }
}

async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut line: watch::Receiver<Line>,
) -> io::Result<()> {
    let mut buffer = vec![0; 1 << 16];
    loop {
        let length = from.read(&mut buffer).await?;
        until(&mut line, |line| line != Line::Held).await;
        if length == 0 {
            return Ok(());
        }
        to.write_all(&buffer[..length]).await?;
    }
}
