//! A line to a server that a test can freeze or cut, as a firewall or a host that dies would.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinHandle,
};

/// How far a line still carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Carries {
    BothWays,
    /// Nothing, and neither end is told.
    Nothing,
    /// What the server says next is lost with the line.
    OneMoreAnswer,
}

/// What becomes of the line that brings a word to the server.
type Trap = (&'static [u8], Carries);

/// A proxy before one server.
pub struct Proxy {
    /// Where it listens.
    pub address: SocketAddr,
    state: Arc<State>,
    listening: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    lines: Mutex<Vec<watch::Sender<Carries>>>,
    trap: Mutex<Option<Trap>>,
}

impl State {
    /// What becomes of the line that brings `bytes`, if they hold the word of the trap.
    fn sprung(&self, bytes: &[u8]) -> Option<Carries> {
        let mut trap = self.trap.lock().unwrap();
        let found = trap.filter(|(word, _)| bytes.windows(word.len()).any(|window| window == *word));
        if found.is_some() {
            *trap = None;
        }
        found.map(|(_, carries)| carries)
    }
}

impl Proxy {
    /// Carries what comes on a port of its own to `server`, and back.
    pub async fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        let listening = tokio::spawn(listen(listener, server, Arc::clone(&state)));
        Self { address, state, listening }
    }

    /// The lines that are open carry nothing any more, and are not closed; new ones carry.
    pub fn freeze(&self) {
        for line in self.state.lines.lock().unwrap().iter() {
            line.send_replace(Carries::Nothing);
        }
    }

    /// The next line that brings `word` to the server freezes with that.
    pub fn freeze_behind(&self, word: &'static str) {
        *self.state.trap.lock().unwrap() = Some((word.as_bytes(), Carries::Nothing));
    }

    /// The next line that brings `word` to the server is closed instead of bringing the answer.
    pub fn cut_behind(&self, word: &'static str) {
        *self.state.trap.lock().unwrap() = Some((word.as_bytes(), Carries::OneMoreAnswer));
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen(listener: TcpListener, server: SocketAddr, state: Arc<State>) {
    while let Ok((client, _)) = listener.accept().await {
        tokio::spawn(carry(client, server, Arc::clone(&state)));
    }
}

async fn carry(client: TcpStream, server: SocketAddr, state: Arc<State>) -> io::Result<()> {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = TcpStream::connect(server).await?.into_split();
    let line = watch::Sender::new(Carries::BothWays);
    state.lines.lock().unwrap().push(line.clone());
    // Whichever end closes, the other is closed as well.
    tokio::select! {
        end = outwards(from_client, to_server, &line, &state) => end,
        end = inwards(from_server, to_client, &line) => end,
    }
}

async fn outwards(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    line: &watch::Sender<Carries>,
    state: &State,
) -> io::Result<()> {
    let mut buffer = vec![0; 1 << 16];
    loop {
        let length = from.read(&mut buffer).await?;
        if length == 0 {
            return Ok(());
        }
        if *line.borrow() == Carries::Nothing {
            std::future::pending::<()>().await;
        }
        let bytes = &buffer[..length];
        if let Some(carries) = state.sprung(bytes) {
            line.send_replace(carries);
        }
        to.write_all(bytes).await?;
    }
}

async fn inwards(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    line: &watch::Sender<Carries>,
) -> io::Result<()> {
    let mut buffer = vec![0; 1 << 16];
    loop {
        let length = from.read(&mut buffer).await?;
        let carries = *line.borrow();
        match carries {
            Carries::Nothing => std::future::pending::<()>().await,
            Carries::BothWays if length > 0 => to.write_all(&buffer[..length]).await?,
            Carries::BothWays | Carries::OneMoreAnswer => return Ok(()),
        }
    }
}
