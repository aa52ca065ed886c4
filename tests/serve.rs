//! `baidi serve` as programs and browsers meet it: the real program on a port of its own, asked over bare sockets, in good faith and in bad.

#[path = "support/nasty.rs"]
#[expect(dead_code, reason = "what should become of each file is not asked here")]
mod nasty;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Cursor, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use baidi::lab::answer;
use baidi::lab::question::Question;
use baidi::{Baidi, Order};
use serde_json::{Value, json};

const PORTRAIT: &[u8] = include_bytes!("../samples/studio-flyaway.jpg");

/// After this an answer is taken to be missing.
const PATIENCE: Duration = Duration::from_secs(120);

/// The program, serving in an empty folder; it ends with the test.
struct Server {
    child: Child,
    port: u16,
    token: String,
    folder: tempfile::TempDir,
}

impl Server {
    fn start(args: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = Command::new(env!("CARGO_BIN_EXE_baidi"));
        command.args(["serve", "--port", "0", "--lang", "en"]).args(args.split_whitespace());
        command.current_dir(folder.path()).env("TMPDIR", folder.path());
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let link = line.trim().strip_prefix("http://127.0.0.1:").expect("a link");
        let (port, token) = link.split_once("/#token=").expect("a token");
        Self { port: port.parse().expect("a port"), token: token.to_owned(), child, folder }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
        stream
    }

    /// A request's head up to its own lines.
    fn head(&self, request: &str) -> String {
        let Self { port, token, .. } = self;
        format!("{request} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n")
    }

    fn get(&self, path: &str) -> Reply {
        let mut stream = self.connect();
        let head = self.head(&format!("GET {path}"));
        stream.write_all(format!("{head}\r\n").as_bytes()).expect("sent");
        Reply::read(&mut stream).expect("an answer")
    }

    /// Sends a photo and does not wait.
    fn sent(&self, path: &str, lines: &str, body: &[u8]) -> TcpStream {
        let mut stream = self.connect();
        let head = self.head(&format!("POST {path}"));
        let length = body.len();
        write!(stream, "{head}Content-Length: {length}\r\n{lines}\r\n").expect("sent");
        stream.write_all(body).expect("sent");
        stream
    }

    fn post(&self, path: &str, lines: &str, body: &[u8]) -> Reply {
        Reply::read(&mut self.sent(path, lines, body)).expect("an answer")
    }

    /// Waits until so many photos are worked on and wait.
    fn until(&self, running: u64, waiting: u64) {
        let began = Instant::now();
        loop {
            let health = self.get("/healthz").json();
            if health["running"] == running && health["waiting"] == waiting {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "{health}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Asks the system to end it.
    #[cfg(unix)]
    fn terminate(&self) {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(asked.expect("kill").success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

struct Reply {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Reply {
    /// One answer; `None` where the connection ends without one.
    fn read(stream: &mut TcpStream) -> Option<Self> {
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        let mut next = || {
            line.clear();
            stream.read_line(&mut line).ok().filter(|n| *n > 0)?;
            Some(line.trim_end().to_owned())
        };
        let status = next()?.split(' ').nth(1)?.parse().ok()?;
        let mut headers = BTreeMap::new();
        while let Some((name, value)) = next()?.split_once(": ") {
            headers.insert(name.to_ascii_lowercase(), value.to_owned());
        }
        let length = headers.get("content-length").map_or(0, |n| n.parse().expect("a length"));
        let mut body = vec![0; length];
        stream.read_exact(&mut body).ok()?;
        Some(Self { status, headers, body })
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&self.body)))
    }

    /// The code of a problem, which is told as RFC 9457 has it.
    fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["type"], "about:blank");
        assert_eq!(problem["status"], self.status);
        assert!(problem["detail"].is_string() && problem["hint"].is_string(), "{problem}");
        problem["code"].as_str().expect("a code").to_owned()
    }
}

/// A picture that takes a second or more: the portrait at 45 megapixels, as PNG.
fn large() -> &'static [u8] {
    static LARGE: OnceLock<Vec<u8>> = OnceLock::new();
    LARGE.get_or_init(|| {
        let portrait = image::load_from_memory(PORTRAIT).expect("a JPEG").into_rgb8();
        let large =
            image::imageops::resize(&portrait, 6000, 7500, image::imageops::FilterType::Triangle);
        let mut png = Cursor::new(Vec::new());
        large.write_to(&mut png, image::ImageFormat::Png).expect("memory");
        png.into_inner()
    })
}

fn decoded(base64: &Value) -> Vec<u8> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let text = base64.as_str().expect("base 64").trim_end_matches('=');
    let (mut bytes, mut bits, mut width) = (Vec::new(), 0u32, 0);
    for digit in text.bytes() {
        let value = DIGITS.iter().position(|d| *d == digit).expect("a digit") as u32;
        (bits, width) = ((bits << 6) | value, width + 6);
        if width >= 8 {
            width -= 8;
            bytes.push((bits >> width) as u8);
        }
    }
    bytes
}

/// A report without what differs from run to run.
fn lasting(mut report: Value) -> Value {
    for photo in report["photos"].as_array_mut().expect("photos") {
        photo.as_object_mut().expect("a photo").remove("milliseconds");
    }
    report
}

/// What the program prints and writes of the same photo, under the same name.
fn by_hand(folder: &Path, args: &str) -> Vec<u8> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_baidi"));
    command.current_dir(folder).args(["--lang", "en"]).args(args.split_whitespace());
    command.output().expect("the program").stdout
}

#[test]
fn a_card_has_the_bytes_that_fix_writes_and_the_report_that_it_gives() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.jpg"), PORTRAIT).expect("a file");
    by_hand(folder.path(), "fix a.jpg -o cards/ --report cards.json --spec id-card");
    let card = fs::read(folder.path().join("cards/a.jpg")).expect("a card");
    let report = fs::read(folder.path().join("cards.json")).expect("a report");
    let mut report: Value = serde_json::from_slice(&report).expect("JSON");
    report["photos"][0]["output"] = "a.jpg".into();
    // who asks over HTTP waits for no score of the encoding
    assert!(report["photos"][0]["jpeg"]["ssimulacra2"].take().is_number());

    let server = Server::start("");
    let reply = server.post("/v1/fix?spec=id-card&name=a.jpg", "", PORTRAIT);
    assert_eq!((reply.status, reply.header("content-type")), (200, "application/json"));
    let fixed = reply.json();
    assert_eq!(decoded(&fixed["card"]), card);
    assert_eq!(lasting(fixed["report"].clone()), lasting(report));
    assert_eq!((&fixed["slip"], &fixed["preview"]), (&Value::Null, &Value::Null));
    assert_eq!(fixed["source"]["photos"][0]["status"], "not-compliant");

    let only = server.post("/v1/fix?spec=id-card", "Accept: image/jpeg\r\n", PORTRAIT);
    assert_eq!((only.status, only.header("content-type")), (200, "image/jpeg"));
    assert_eq!(only.header("baidi-status"), "compliant");
    assert!(only.body == card, "another card");
}

#[test]
fn a_check_is_answered_as_check_answers() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.jpg"), PORTRAIT).expect("a file");
    let printed = by_hand(folder.path(), "check a.jpg --json --spec visa-us");
    let server = Server::start("");
    let asked = "/v1/check?spec=visa-us&name=a.jpg";
    let reply = server.post(asked, "Content-Type: image/jpeg\r\n", PORTRAIT);
    let printed: Value = serde_json::from_slice(&printed).expect("JSON");
    assert_eq!(reply.status, 200);
    assert_eq!(lasting(reply.json()), lasting(printed));
    let chinese = server.post("/v1/check", "Accept-Language: zh-CN,zh;q=0.9\r\n", PORTRAIT).json();
    let message = chinese["photos"][0]["findings"][0]["message"].as_str().expect("a message");
    assert!(!message.is_ascii(), "{message}");
}

/// A form of these fields; a photo where no name is given besides.
fn form(fields: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, bytes) in fields {
        let file = file.map_or_else(String::new, |file| format!("; filename=\"{file}\""));
        let head = "--b0undary\r\nContent-Disposition: form-data";
        body.extend(format!("{head}; name=\"{name}\"{file}\r\n\r\n").as_bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--b0undary--\r\n");
    body
}

const FORM: &str = "Content-Type: multipart/form-data; boundary=b0undary\r\n";

#[test]
fn a_form_carries_the_photo_its_name_and_what_is_wished() {
    let server = Server::start("");
    let wish: [(&str, Option<&str>, &[u8]); 4] = [
        ("spec", None, b"putonghua"),
        ("background", None, b"blue"),
        ("slip", None, b"true"),
        ("photo", Some("张三.png"), PORTRAIT),
    ];
    let fixed = server.post("/v1/fix?preview=true", FORM, &form(&wish)).json();
    assert_eq!(fixed["report"]["spec"], "putonghua");
    assert_eq!(fixed["report"]["photos"][0]["input"], "张三.png");
    assert_eq!(fixed["report"]["photos"][0]["output"], "张三.jpg");
    let order: Question = serde_json::from_value(
        json!({ "spec": "putonghua", "background": "blue", "name": "张三.png" }),
    )
    .expect("a question");
    let asked = order.asked().expect("understood");
    let made = answer::fix(&mut Baidi::open().expect("networks"), PORTRAIT, &asked);
    assert_eq!(decoded(&fixed["card"]), made.picture);
    let preview = image::load_from_memory(&decoded(&fixed["preview"])).expect("a JPEG");
    assert_eq!((preview.width(), preview.height()), (960, 1200));

    let refused = |fields: &[(&str, Option<&str>, &[u8])]| {
        let reply = server.post("/v1/check", FORM, &form(fields));
        (reply.status, reply.problem())
    };
    let wrong = (400, "question".to_owned());
    assert_eq!(refused(&[("spec", None, b"shebao")]), wrong, "no photo");
    assert_eq!(refused(&[("photo", None, PORTRAIT), ("photo", None, PORTRAIT)]), wrong, "two");
    assert_eq!(refused(&[("photo", None, PORTRAIT), ("colour", None, b"red")]), wrong);
    assert_eq!(refused(&[("photo", None, PORTRAIT), ("spec", None, &[b'a'; 5000])]), wrong);
    assert_eq!(refused(&[("photo", None, PORTRAIT), ("spec", None, &[0xFF])]), wrong);
    let half = form(&[("photo", None, PORTRAIT)]);
    let reply = server.post("/v1/check", FORM, &half[..half.len() / 2]);
    assert_eq!((reply.status, reply.problem()), wrong, "a form without an end");
    let reply = server.post("/v1/check", "Content-Type: multipart/form-data\r\n", &half);
    assert_eq!((reply.status, reply.problem()), wrong, "no boundary");
}

#[test]
fn what_cannot_be_done_is_said_with_its_code() {
    let server = Server::start("");
    let post = |path: &str, body: &[u8]| {
        let reply = server.post(path, "", body);
        (reply.status, reply.problem())
    };
    let told = |status: u16, code: &str| (status, code.to_owned());
    for path in ["/v1/fix", "/v1/check"] {
        assert_eq!(post(path, b"no picture"), told(415, "unsupported-format"));
        assert_eq!(post(path, b""), told(415, "unsupported-format"));
        assert_eq!(post(path, &PORTRAIT[..PORTRAIT.len() / 3]), told(422, "damaged"));
        for wrong in ["spec=library-card", "background=mauve", "colour=red", "spec=a&spec=b"] {
            let (status, code) = post(&format!("{path}?{wrong}"), PORTRAIT);
            assert_eq!(status, 400, "{wrong}: {code}");
        }
    }
    assert_eq!(post("/v1/fix?minBytes=9000&maxBytes=5000", PORTRAIT).0, 400);
    assert_eq!(post("/v1/fix?minBytes=many", PORTRAIT), told(400, "question"));
    assert_eq!(post("/v1/fix?maxBytes=900", PORTRAIT), told(422, "window-unreachable"));
    let mut wall = Cursor::new(Vec::new());
    let grey = image::RgbImage::from_pixel(600, 800, image::Rgb([180; 3]));
    grey.write_to(&mut wall, image::ImageFormat::Png).expect("memory");
    assert_eq!(post("/v1/fix", wall.get_ref()), told(422, "no-face"));
    // What the page shows of a photo that was refused.
    let reply = server.post("/v1/fix?slip=true&preview=true", "", wall.get_ref()).json();
    assert_eq!(reply["report"]["photos"][0]["error"]["code"], "no-face");
    assert!(reply["slip"].as_str().expect("a slip").contains("<section>"));
    assert!(image::load_from_memory(&decoded(&reply["preview"])).is_ok());
    assert_eq!(post("/v1/nothing", b""), told(404, "no-such-address"));
    assert_eq!(post("/healthz", b""), told(405, "method"));
    let reply = server.get("/v1/fix");
    assert_eq!((reply.status, reply.header("allow")), (405, "POST"));
}

#[test]
fn the_page_is_shown_and_told_to_ask_here() {
    let server = Server::start("");
    let page = server.get("/");
    let html = String::from_utf8(page.body.clone()).expect("UTF-8");
    assert!(html.contains("<meta name=\"baidi-server\" content=\"v1\">"));
    assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    // Every file that a file asks for is there.
    let mut left = vec!["style.css", "icon.svg", "manifest.webmanifest", "app.js"];
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for name in &left {
        assert!(html.contains(&format!("\"{name}\"")), "{name}");
    }
    let mut scripts: Vec<String> = left.drain(..).map(str::to_owned).collect();
    while let Some(name) = scripts.pop() {
        // Only where there is no server behind the page.
        if name == "engine.js" || seen.contains_key(&name) {
            continue;
        }
        let reply = server.get(&format!("/{name}"));
        assert_eq!(reply.status, 200, "{name}");
        let text = String::from_utf8(reply.body.clone()).expect("UTF-8");
        for part in text.split("'./").skip(1) {
            scripts.push(part.split('\'').next().expect("a name").to_owned());
        }
        seen.insert(name, reply.header("content-type").to_owned());
    }
    assert!(seen.len() >= 10, "{seen:?}");
    assert_eq!(seen["server.js"], "text/javascript; charset=utf-8");
    for absent in ["/sw.js", "/Cargo.toml", "/../Cargo.toml", "/%2e%2e/Cargo.toml", "//etc/passwd"]
    {
        assert_eq!(server.get(absent).status, 404, "{absent}");
    }
}

#[test]
fn specs_health_counts_and_the_interface_itself_are_told() {
    let server = Server::start("");
    let specs = server.get("/v1/specs?language=zh").json();
    assert_eq!(specs["specs"][0]["name"], "shebao");
    assert!(specs["specs"].as_array().expect("specs").len() >= 39);
    let found = server.get("/v1/specs?wanted=US%20visa").json();
    assert_eq!(found["specs"][0]["name"], "visa-us");
    assert_eq!(server.get("/v1/specs?colour=red").status, 400);
    assert_eq!(
        server.get("/healthz").json(),
        json!({ "baidi": env!("CARGO_PKG_VERSION"), "running": 0, "waiting": 0 })
    );
    assert_eq!(server.get("/openapi.json").json()["openapi"], "3.1.0");
    server.post("/v1/check", "", PORTRAIT);
    server.post("/v1/check", "", b"no picture");
    let text = String::from_utf8(server.get("/metrics").body).expect("UTF-8");
    for line in [
        "baidi_photos_total{path=\"/v1/check\",outcome=\"not-compliant\"} 1",
        "baidi_photos_total{path=\"/v1/check\",outcome=\"unsupported-format\"} 1",
        "baidi_requests_total{path=\"/v1/check\",status=\"200\"} 1",
        "baidi_requests_total{path=\"/v1/check\",status=\"415\"} 1",
        "baidi_requests_total{path=\"/v1/specs\",status=\"400\"} 1",
        "baidi_work_seconds_count 2",
        "baidi_photos_running 0",
        "baidi_body_bytes 0",
    ] {
        assert!(text.lines().any(|known| known == line), "{line}\n{text}");
    }
}

#[test]
fn strangers_are_refused_before_anything_is_done() {
    let server = Server::start("--allow-host photos.example.com");
    let Server { port, token, .. } = &server;
    let own = format!("127.0.0.1:{port}");
    let asked = |host: &str, more: &str| {
        let mut stream = server.connect();
        let host = if host.is_empty() { String::new() } else { format!("Host: {host}\r\n") };
        let head = format!("POST /v1/check HTTP/1.1\r\n{host}{more}");
        write!(stream, "{head}Content-Length: {}\r\n\r\n", PORTRAIT.len()).expect("sent");
        // A server that has seen enough may close before all is sent.
        drop(stream.write_all(PORTRAIT));
        Reply::read(&mut stream)
            .map(|reply| (reply.status, reply.header("www-authenticate").to_owned()))
    };
    let bearer = format!("Authorization: Bearer {token}\r\n");
    let status = |host: &str, more: &str| asked(host, more).map(|(status, _)| status);
    assert_eq!(status(&own, &bearer), Some(200));
    assert_eq!(status("photos.example.com", &bearer), Some(200));
    assert_eq!(status(&own, &format!("{bearer}Origin: http://{own}\r\n")), Some(200));
    let proxied = format!("{bearer}Origin: https://photos.example.com\r\n");
    assert_eq!(status("photos.example.com", &proxied), Some(200));
    for host in ["evil.example", &format!("evil.example:{port}"), "192.168.0.1", ""] {
        assert_eq!(status(host, &bearer), Some(421), "{host}");
    }
    for origin in ["null", "http://evil.example", "http://127.0.0.1:1", "http://localhost"] {
        let more = format!("{bearer}Origin: {origin}\r\n");
        assert_eq!(status(&own, &more), Some(403), "{origin}");
    }
    assert_eq!(asked(&own, ""), Some((401, "Bearer realm=\"baidi\"".to_owned())));
    for wrong in ["Bearer x", "Bearer", "Basic dTpw", &format!("Bearer {token}x")] {
        assert_eq!(status(&own, &format!("Authorization: {wrong}\r\n")), Some(401), "{wrong}");
    }
    // What needs no token has none of anybody's in it.
    for (path, expected) in [("/", 200), ("/healthz", 200), ("/metrics", 401), ("/v1/specs", 401)] {
        let mut stream = server.connect();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {own}\r\n\r\n").expect("sent");
        let reply = Reply::read(&mut stream).expect("an answer");
        assert_eq!(reply.status, expected, "{path}");
        assert!(!String::from_utf8_lossy(&reply.body).contains(token.as_str()));
        assert_eq!(reply.header("access-control-allow-origin"), "");
    }
}

#[test]
fn who_comes_when_all_places_are_taken_is_told_when_to_come_back() {
    let server = Server::start("--jobs 1 --queue 1");
    let mut first = server.sent("/v1/check", "", large());
    server.until(1, 0);
    let mut second = server.sent("/v1/check", "", PORTRAIT);
    server.until(1, 1);
    for _ in 0..3 {
        let third = server.post("/v1/check", "", PORTRAIT);
        assert_eq!((third.status, third.problem().as_str()), (429, "busy"));
        let seconds: u64 = third.header("retry-after").parse().expect("seconds");
        assert!((1..=120).contains(&seconds));
    }
    for waiting in [&mut first, &mut second] {
        assert_eq!(Reply::read(waiting).expect("an answer").status, 200);
    }
    assert_eq!(server.post("/v1/check", "", PORTRAIT).status, 200);
}

#[test]
fn a_dropped_connection_frees_its_place_and_its_worker() {
    let server = Server::start("--jobs 1 --queue 1");
    let first = server.sent("/v1/fix", "", large());
    server.until(1, 0);
    let second = server.sent("/v1/fix", "", PORTRAIT);
    server.until(1, 1);
    drop(second);
    server.until(1, 0);
    drop(first);
    server.until(0, 0);
    assert_eq!(server.post("/v1/fix", "", PORTRAIT).status, 200);
    let text = String::from_utf8(server.get("/metrics").body).expect("UTF-8");
    assert!(text.contains("baidi_work_seconds_count 1\n"), "only one was done: {text}");
    assert!(text.contains("baidi_body_bytes 0\n"), "{text}");
}

#[test]
fn slow_and_silent_senders_are_given_up() {
    let server = Server::start("--patience 0.5");
    let closed = |mut stream: TcpStream| Reply::read(&mut stream).map(|reply| reply.status);
    // Nothing, half a head, a head alone, half a body, a drop at a time.
    let began = Instant::now();
    assert_eq!(closed(server.connect()), None);
    let mut stream = server.connect();
    stream.write_all(b"POST /v1/check HTT").expect("sent");
    assert_eq!(closed(stream), None);
    let head = server.head("POST /v1/check");
    for body in [0, 100] {
        let mut stream = server.connect();
        write!(stream, "{head}Content-Length: 1000\r\n\r\n").expect("sent");
        stream.write_all(&PORTRAIT[..body]).expect("sent");
        // The answer comes when what was sent late could have come, too.
        assert_eq!(closed(stream), Some(408), "{body}");
    }
    // A connection that was of use and is kept for nothing.
    let mut stream = server.connect();
    write!(stream, "{}\r\n", server.head("GET /healthz")).expect("sent");
    assert_eq!(Reply::read(&mut stream).map(|reply| reply.status), Some(200));
    assert_eq!(closed(stream), None);
    let mut stream = server.connect();
    write!(stream, "{head}Content-Length: 1000\r\n\r\n").expect("sent");
    let mut sent = 0;
    while stream.write_all(&[0xFF]).is_ok() && sent < 200 {
        sent += 1;
        thread::sleep(Duration::from_millis(50));
    }
    assert!(sent < 200, "a byte at a time is borne for ever");
    assert!(began.elapsed() < PATIENCE);
    assert_eq!(server.post("/v1/check", "", PORTRAIT).status, 200);
    let text = String::from_utf8(server.get("/metrics").body).expect("UTF-8");
    assert!(text.contains("baidi_body_bytes 0\n"), "{text}");
}

#[test]
fn half_requests_and_wrong_lengths_harm_nobody() {
    let server = Server::start("--patience 2");
    let head = server.head("POST /v1/check");
    let length = PORTRAIT.len();
    let raw = |bytes: &[u8], stop: bool| {
        let mut stream = server.connect();
        drop(stream.write_all(bytes));
        if stop {
            drop(stream.shutdown(std::net::Shutdown::Write));
        }
        Reply::read(&mut stream).map(|reply| reply.status)
    };
    let with = |lines: &str, body: &[u8]| [format!("{head}{lines}\r\n").as_bytes(), body].concat();
    // Shorter than it says, and no more comes.
    let short = with(&format!("Content-Length: {length}\r\n"), &PORTRAIT[..length / 2]);
    assert_ne!(raw(&short, true), Some(200));
    // Longer than it says: what was promised is judged, the rest is no request.
    let long = with(&format!("Content-Length: {}\r\n", length / 2), PORTRAIT);
    assert_ne!(raw(&long, false), Some(200));
    assert_eq!(raw(&with("Content-Length: 1\r\nContent-Length: 2\r\n", b"ab"), false), Some(400));
    assert_eq!(raw(&with("Content-Length: -5\r\n", b"ab"), false), Some(400));
    assert_eq!(raw(&with("Content-Length: 99999999999999999999999\r\n", b"ab"), false), Some(400));
    assert_eq!(raw(&with("Content-Length: 99999999\r\n", b"ab"), false), Some(413));
    let chunked = "Transfer-Encoding: chunked\r\n";
    assert_eq!(raw(&with(chunked, b"3\r\nabc\r\n0\r\n\r\n"), false), Some(415));
    assert_ne!(raw(&with(chunked, b"zz\r\nabc\r\n"), false), Some(200));
    assert_ne!(raw(&with(chunked, b"ffffffffffffffff\r\nabc"), true), Some(200));
    assert_eq!(raw(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", true), Some(400), "TLS");
    assert_eq!(
        raw(format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", "a".repeat(200_000)).as_bytes(), false)
            .map(|s| s / 100),
        Some(4)
    );
    assert_eq!(server.post("/v1/check", "", PORTRAIT).status, 200);
    let text = String::from_utf8(server.get("/metrics").body).expect("UTF-8");
    assert!(text.contains("baidi_body_bytes 0\n"), "{text}");
}

/// A PNG that says it is large and has almost no bytes.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header().expect("a head");
    let mut stream = writer.stream_writer().expect("a stream");
    let row = vec![0; width.div_ceil(8) as usize];
    for _ in 0..height {
        stream.write_all(&row).expect("a row");
    }
    stream.finish().expect("an end");
    writer.finish().expect("an end");
    bytes
}

#[test]
fn bombs_are_refused_and_leave_no_trace() {
    let server = Server::start("--jobs 2");
    let bomb = bomb(30_000, 30_000);
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    for path in ["/v1/check", "/v1/fix?preview=true&slip=true"] {
        let reply = server.post(path, "", &bomb);
        assert_eq!((reply.status, reply.problem().as_str()), (413, "too-large"), "{path}");
    }
    assert_eq!(server.post("/v1/fix", "", PORTRAIT).status, 200);
    let left: Vec<_> = fs::read_dir(server.folder.path()).expect("a folder").collect();
    assert!(left.is_empty(), "nothing is kept: {left:?}");
    #[cfg(target_os = "linux")]
    {
        let open = fs::read_dir(format!("/proc/{}/fd", server.child.id())).expect("files");
        for file in open.filter_map(|entry| fs::read_link(entry.ok()?.path()).ok()) {
            let name = file.display().to_string();
            let is_file = name.starts_with('/') && !name.starts_with("/dev/");
            assert!(!is_file, "{name} is open");
        }
    }
}

#[cfg(unix)]
#[test]
fn on_sigterm_what_runs_is_finished_and_what_waits_is_sent_away() {
    let mut server = Server::start("--jobs 1 --queue 3");
    let mut first = server.sent("/v1/check", "", large());
    server.until(1, 0);
    let mut second = server.sent("/v1/check", "", PORTRAIT);
    server.until(1, 1);
    // One that has sent half of its photo, and one that has sent nothing.
    let mut half = server.connect();
    let head = server.head("POST /v1/check");
    write!(half, "{head}Content-Length: 1000\r\n\r\nabc").expect("sent");
    let mut idle = server.connect();
    thread::sleep(Duration::from_millis(100));
    server.terminate();
    let sent_away = Reply::read(&mut second).expect("an answer");
    assert_eq!((sent_away.status, sent_away.problem().as_str()), (503, "ending"));
    assert_eq!(Reply::read(&mut first).expect("an answer").status, 200);
    assert_ne!(Reply::read(&mut half).map(|reply| reply.status), Some(200));
    assert!(Reply::read(&mut idle).is_none());
    let began = Instant::now();
    loop {
        if let Some(status) = server.child.try_wait().expect("a status") {
            assert_eq!(status.code(), Some(0));
            break;
        }
        assert!(began.elapsed() < PATIENCE, "it does not end");
        thread::sleep(Duration::from_millis(10));
    }
    assert!(TcpStream::connect(("127.0.0.1", server.port)).is_err());
}

#[test]
fn many_at_once_get_the_cards_that_each_gets_alone() {
    let server = Server::start("--jobs 2 --queue 16");
    let samples = ["blue-tilted.jpg", "studio-flyaway.jpg", "wall-shadow.jpg"];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let photos: Vec<Vec<u8>> =
        samples.iter().filter_map(|name| fs::read(folder.join(name)).ok()).collect();
    assert!(photos.len() >= 2);
    let mut baidi = Baidi::open().expect("networks");
    let order = Order::named("shebao").expect("builtin");
    let cards: Vec<Vec<u8>> =
        photos.iter().map(|p| baidi.fix(p, &order).expect("a card").card.bytes).collect();
    thread::scope(|scope| {
        for worker in 0..6 {
            let (server, photos, cards) = (&server, &photos, &cards);
            scope.spawn(move || {
                for round in 0..2 {
                    let i = (worker + round) % photos.len();
                    let reply = server.post("/v1/fix", "Accept: image/jpeg\r\n", &photos[i]);
                    assert_eq!(reply.status, 200);
                    assert!(reply.body == cards[i], "another card of {}", samples[i]);
                }
            });
        }
    });
}

#[test]
fn every_awkward_file_is_answered_as_check_answers_it() {
    let Some(folder) = nasty::folder() else { return };
    let server = Server::start("--jobs 2");
    let mut baidi = Baidi::open().expect("networks");
    let (mut done, mut refused) = (0, 0);
    for nasty::Listed { path, .. } in nasty::index(&folder).expect("the index is there") {
        let bytes = fs::read(folder.join(&path)).expect("listed files are there");
        let question = Question { language: "en".to_owned(), ..Question::default() };
        let asked = question.asked().expect("understood");
        let alone = answer::check(&mut baidi, &bytes, &asked);
        let alone: Value = serde_json::from_slice(&alone.json).expect("JSON");
        let reply = server.post("/v1/check?language=en", "", &bytes);
        let mut answered = reply.json();
        if reply.status == 200 {
            done += 1;
        } else {
            refused += 1;
            assert_eq!(reply.status / 100, 4, "{path}: {answered}");
            answered = answered["report"].clone();
        }
        assert_eq!(lasting(answered), lasting(alone), "{path}");
    }
    assert!(done > 10 && refused > 10, "{done} judged, {refused} refused");
    let health = server.get("/healthz").json();
    assert_eq!((&health["running"], &health["waiting"]), (&json!(0), &json!(0)));
}

#[test]
fn a_token_of_ones_own_is_read_from_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("token");
    fs::write(&path, "0123456789-secret\n").expect("a file");
    let server = Server::start(&format!("--token-file {}", path.display()));
    assert_eq!(server.token, "0123456789-secret");
    assert_eq!(server.get("/v1/specs").status, 200);
    for wrong in ["short", "with spaces in the middle of it", ""] {
        fs::write(&path, wrong).expect("a file");
        let mut command = Command::new(env!("CARGO_BIN_EXE_baidi"));
        command.args(["serve", "--port", "0", "--token-file"]).arg(&path);
        assert_eq!(command.output().expect("the program").status.code(), Some(2), "{wrong}");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_baidi"));
    command.args(["serve", "--lang", "en", "--port", &server.port.to_string()]);
    let taken = command.output().expect("the program");
    assert_eq!(taken.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&taken.stderr).contains("cannot listen on 127.0.0.1:"));
}
