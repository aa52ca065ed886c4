//! `baidi serve`.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Result;

use super::args::ServeArgs;
use super::exit::ExitStatus;
use super::job;
use super::terminal::Terminal;
use crate::base::error::Error;
use crate::base::message::Message;
use crate::serve::{Server, Settings};
use crate::words::failure::Failure;

/// The fewest characters of a token: as letters and digits, more than anybody guesses over a network.
const SHORTEST_TOKEN: usize = 16;

pub(super) fn run(args: &ServeArgs, terminal: &mut Terminal) -> Result<ExitStatus> {
    let token = match &args.token_file {
        Some(path) => token_in(path)?,
        None => drawn_token()?,
    };
    let wanted = SocketAddr::new(args.host, args.port);
    let settings = Settings {
        address: wanted,
        names: args.allow_host.clone(),
        token: token.clone(),
        jobs: args.jobs.map_or_else(job::jobs, usize::from),
        queue: args.queue.into(),
        limit: job::limit(args.timeout),
        patience: Duration::from_secs_f64(args.patience),
    };
    let server = Server::bind(settings).map_err(|error| {
        Failure::with(Message::new("serve-port").text("address", wanted.to_string()))
            .because(error.to_string())
    })?;
    let ender = server.ender();
    terminal.on_end(move || ender.end())?;
    let mut address = server.address();
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    let link = format!("http://{address}/#token={token}");
    // Who keeps the token in a file need not have it in a log.
    if args.token_file.is_none() || !terminal.is_quiet() {
        terminal.say(&link);
    }
    terminal.remark(&Message::new("serve-begin").text("address", server.address().to_string()));
    if args.open && !opened(&link) {
        terminal.remark(&Message::new("serve-no-browser"));
    }
    server.run();
    terminal.remark(&Message::new("serve-ended"));
    Ok(ExitStatus::Success)
}

/// The token in a file: its first line.
fn token_in(path: &Path) -> Result<String, Failure> {
    let failed = |source| Error::Io { action: "read", path: path.to_owned(), source };
    let text = fs::read_to_string(path).map_err(failed)?;
    let token = text.lines().next().unwrap_or_default().trim();
    let fits = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    let count = token.chars().take_while(|c| fits(*c)).count();
    if count < SHORTEST_TOKEN || count < token.chars().count() {
        let short = Message::new("serve-token-short").text("path", path.display().to_string());
        let short = short.number("count", count as f64, 0);
        return Err(Failure::with(short.number("least", SHORTEST_TOKEN as f64, 0)));
    }
    Ok(token.to_owned())
}

/// A token that nobody knows: 128 bits of the system's.
fn drawn_token() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|e| Error::Internal { stage: "token", reason: e.to_string() })?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Has the system show `link`; whether it could be asked to.
fn opened(link: &str) -> bool {
    let (program, before): (&str, &[&str]) = if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else if cfg!(target_os = "macos") {
        ("open", &[])
    } else {
        ("xdg-open", &[])
    };
    let mut command = Command::new(program);
    command.args(before).arg(link);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // It may last as long as the browser does, so nobody waits for it.
    command.spawn().is_ok()
}
