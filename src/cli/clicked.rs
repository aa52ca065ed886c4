//! A double click on the program, where it can be told: Windows' own Explorer started it, and nothing was typed.
//!
//! That no other process shares the console would tell as much, but no safe crate asks Windows for it.

use std::ffi::OsString;
use std::io;
use std::net::{Ipv4Addr, TcpListener};

use winsafe::co::TH32CS;
use winsafe::{GetCurrentProcessId, HPROCESSLIST};

use super::args::PORT;
use super::exit::ExitStatus;

/// What stands for a double click: the page, in a browser.
pub(super) fn typed() -> impl Iterator<Item = OsString> {
    // A second window is no fault. That somebody else takes the port in between is said by `serve`.
    let port = if TcpListener::bind((Ipv4Addr::LOCALHOST, PORT)).is_ok() { PORT } else { 0 };
    ["baidi", "serve", "--open", "--port"]
        .map(OsString::from)
        .into_iter()
        .chain([port.to_string().into()])
}

/// Leaves what went wrong on the screen until somebody has read it: the window ends with the program.
pub(super) fn ended(status: ExitStatus) -> ExitStatus {
    if status == ExitStatus::Failed {
        drop(io::stdin().read_line(&mut String::new()));
    }
    status
}

/// Whether the Explorer started this process: by a double click, a shortcut, the start menu.
pub(super) fn by_explorer() -> bool {
    parent().is_some_and(|name| name.eq_ignore_ascii_case("explorer.exe"))
}

/// The file name of the process that started this one, where it still runs.
fn parent() -> Option<String> {
    let mut list = HPROCESSLIST::CreateToolhelp32Snapshot(TH32CS::SNAPPROCESS, None).ok()?;
    let mut running = Vec::new();
    for process in list.iter_processes() {
        let process = process.ok()?;
        running.push((process.th32ProcessID, process.th32ParentProcessID, process.szExeFile()));
    }
    let own = GetCurrentProcessId();
    let (_, parent, _) = running.iter().find(|(id, ..)| *id == own)?;
    running.iter().find(|(id, ..)| id == parent).map(|(.., name)| name.clone())
}
