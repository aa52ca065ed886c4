//! What is answered at which address.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Path, Request, State};
use axum::http::header::{ACCEPT, CONNECTION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Response};
use axum::middleware::{Next, from_fn_with_state};
use axum::routing::{get, post};
use serde::de::DeserializeOwned;

use super::House;
use super::metrics::Now;
use super::page;
use super::problem::{Trouble, language_of};
use super::store::{Held, drain};
use crate::counter::answer::{self, Answer, Ending};
use crate::counter::question::{Asked, Question, wrong};
use crate::counter::shown;
use crate::counter::wire::{CheckQuestion, FixQuestion, Fixed, Health, SpecsQuestion};
use crate::door::Baidi;
use crate::words::catalogue::Language;

/// What the interface is, as `docs/openapi.json` has it.
const OPENAPI: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi.json"));

/// The name under which every address without a photo is counted that is not one of ours.
const ELSEWHERE: &str = "other";

/// The longest text in a form besides the photo, in bytes.
const LONGEST_TEXT: usize = 4096;

type Reply = Result<Response<Body>, Trouble>;

/// All of it.
pub(super) fn router(house: Arc<House>) -> Router {
    Router::new()
        .route("/", get(async || page::index()).fallback(only_get))
        .route("/{file}", get(file).fallback(only_get))
        .route("/healthz", get(healthz).fallback(only_get))
        .route("/metrics", get(metrics).fallback(only_get))
        .route("/openapi.json", get(async || json(OPENAPI)).fallback(only_get))
        .route("/v1/specs", get(specs).fallback(only_get))
        .route("/v1/fix", post(fix).fallback(only_post))
        .route("/v1/check", post(check).fallback(only_post))
        .fallback(nowhere)
        .layer(from_fn_with_state(Arc::clone(&house), guard))
        // `store` has limits of its own.
        .layer(DefaultBodyLimit::disable())
        .with_state(house)
}

/// What stands before every address: who may come in, what is counted, and the headers that every answer has.
async fn guard(State(house): State<Arc<House>>, request: Request, next: Next) -> Response<Body> {
    let path = counted(request.uri().path());
    let language = Language::of_locale(language_of(request.headers()));
    let wants_token = path.starts_with("/v1/") || path == "/metrics";
    let mut admitted = house.gate.admits(request.uri(), request.headers());
    if wants_token {
        admitted = admitted.and_then(|()| house.gate.knows(request.headers()));
    }
    let mut response = match admitted {
        Ok(()) => next.run(request).await,
        Err(refusal) => {
            let mut response = Trouble::from(refusal).answer(language, None);
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            response
        }
    };
    page::guarded(response.headers_mut());
    house.metrics.answered(path, response.status().as_u16());
    response
}

/// The address as it is counted.
fn counted(path: &str) -> &'static str {
    let known = ["/", "/healthz", "/metrics", "/openapi.json", "/v1/check", "/v1/fix", "/v1/specs"];
    known.into_iter().find(|known| *known == path).unwrap_or(ELSEWHERE)
}

fn json(text: impl Into<Body>) -> Response<Body> {
    typed("application/json", text)
}

fn typed(kind: &'static str, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// The answer, or the problem in the language that is asked for.
fn reply(language: Language, reply: Reply) -> Response<Body> {
    reply.unwrap_or_else(|trouble| trouble.answer(language, None))
}

fn language(headers: &HeaderMap) -> Language {
    Language::of_locale(language_of(headers))
}

async fn nowhere(headers: HeaderMap) -> Response<Body> {
    Trouble::nowhere().answer(language(&headers), None)
}

async fn only_get(headers: HeaderMap) -> Response<Body> {
    Trouble::method("GET, HEAD").answer(language(&headers), None)
}

async fn only_post(headers: HeaderMap) -> Response<Body> {
    Trouble::method("POST").answer(language(&headers), None)
}

async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response<Body> {
    let found = page::named(&name).ok_or_else(Trouble::nowhere);
    reply(language(&headers), found)
}

async fn healthz(State(house): State<Arc<House>>) -> Response<Body> {
    let (running, waiting) = house.workers.state();
    let health = Health { baidi: env!("CARGO_PKG_VERSION"), running, waiting };
    json(serde_json::to_vec(&health).unwrap_or_default())
}

async fn metrics(State(house): State<Arc<House>>) -> Response<Body> {
    let (running, waiting) = house.workers.state();
    let now = Now { running, waiting, body_bytes: house.store.held() };
    typed("text/plain; version=0.0.4; charset=utf-8", house.metrics.text(now))
}

async fn specs(request: Request) -> Response<Body> {
    let mut spoken = language(request.headers());
    let asked = questioned::<SpecsQuestion>(&request.into_parts().0, Vec::new());
    let answered = async {
        let question = Question::from(asked?);
        spoken = question.language();
        // Some milliseconds, in which other requests would wait.
        let found = tokio::task::spawn_blocking(move || shown::specs(&question)).await;
        match found {
            Ok(Answer { failure: None, json: text, .. }) => Ok(json(text)),
            Ok(Answer { failure: Some(failure), .. }) => Err(Trouble::question(failure)),
            Err(ended) => Err(Trouble::question(wrong(ended.to_string()))),
        }
    };
    let answered = answered.await;
    reply(spoken, answered)
}

/// The question in the address and in `more`; its language is that of the browser where it names none.
fn questioned<T: DeserializeOwned>(
    head: &Parts,
    more: Vec<(String, String)>,
) -> Result<T, Trouble> {
    let query = head.uri.query().unwrap_or_default();
    let unread = |reason: String| Trouble::question(wrong(reason));
    let mut pairs: Vec<(String, String)> =
        serde_urlencoded::from_str(query).map_err(|e| unread(e.to_string()))?;
    pairs.extend(more);
    let browser = language_of(&head.headers);
    if !browser.is_empty() && !pairs.iter().any(|(name, _)| name == "language") {
        pairs.push(("language".to_owned(), browser.to_owned()));
    }
    let text = serde_urlencoded::to_string(&pairs).map_err(|e| unread(e.to_string()))?;
    serde_urlencoded::from_str(&text).map_err(|e| unread(e.to_string()))
}

/// A photo and what is asked of it.
struct Order<T> {
    photo: Held,
    question: T,
}

/// Reads a photo and its question: the body is the photo itself, or a form with the photo and what the address may say, too.
async fn ordered<T: DeserializeOwned>(
    house: &House,
    head: &Parts,
    body: &mut Body,
) -> Result<Order<T>, Trouble> {
    // A wrong question is refused before its photo is read, and so is any while too many wait.
    let form = is_form(&head.headers);
    if !form {
        questioned::<T>(head, Vec::new())?;
    }
    house.workers.has_place()?;
    let held = house.store.read(body, house.pace, &house.ending).await?;
    if !form {
        return Ok(Order { photo: held, question: questioned(head, Vec::new())? });
    }
    let (photo, more) = parts(head, held).await?;
    Ok(Order { photo, question: questioned(head, more)? })
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("multipart/form-data")
}

/// The photo of a form and its texts; the name of the file is the photo's where no text says another.
async fn parts(head: &Parts, mut held: Held) -> Result<(Held, Vec<(String, String)>), Trouble> {
    let broken = |reason: String| Trouble::question(wrong(reason));
    let mut whole = Request::new(Body::from(std::mem::take(&mut held.bytes)));
    *whole.extensions_mut() = head.extensions.clone();
    if let Some(kind) = head.headers.get(CONTENT_TYPE) {
        whole.headers_mut().insert(CONTENT_TYPE, kind.clone());
    }
    let mut form = Multipart::from_request(whole, &()).await.map_err(|e| broken(e.body_text()))?;
    let mut photo = None;
    let mut file_name = None;
    let mut texts: Vec<(String, String)> = Vec::new();
    while let Some(field) = form.next_field().await.map_err(|e| broken(e.body_text()))? {
        let name = field.name().unwrap_or_default().to_owned();
        let called = field.file_name().map(str::to_owned);
        let bytes = field.bytes().await.map_err(|e| broken(e.body_text()))?;
        if name == "photo" {
            if photo.replace(Vec::from(bytes)).is_some() {
                return Err(broken("several photos in one form".to_owned()));
            }
            file_name = called.filter(|name| !name.is_empty());
        } else if bytes.len() > LONGEST_TEXT {
            return Err(broken(format!("{name} is longer than {LONGEST_TEXT} bytes")));
        } else {
            let text = String::from_utf8(bytes.into());
            texts.push((name, text.map_err(|e| broken(e.to_string()))?));
        }
    }
    let photo = photo.ok_or_else(|| broken("no field is called photo".to_owned()))?;
    let named = |name: &str| name == "name";
    let query = head.uri.query().unwrap_or_default();
    let in_query = query.split('&').any(|pair| pair.split('=').next().is_some_and(named));
    if let Some(file_name) = file_name
        && !in_query
        && !texts.iter().any(|(name, _)| named(name))
    {
        texts.push(("name".to_owned(), file_name));
    }
    Ok((held.replaced(photo), texts))
}

async fn fix(State(house): State<Arc<House>>, request: Request) -> Response<Body> {
    let (head, mut body) = request.into_parts();
    let mut spoken = language(&head.headers);
    let answered = async {
        let Order { photo, question } = ordered::<FixQuestion>(&house, &head, &mut body).await?;
        let preview = question.preview;
        let question = Question::from(question);
        spoken = question.language();
        let picture_only = wants_picture(&head.headers);
        let work = move |baidi: &mut Baidi, photo: &[u8], asked: &Asked| {
            let work = if picture_only { answer::card } else { answer::fix };
            let answer = work(baidi, photo, asked);
            let shown = if preview { shown::picture(photo) } else { None };
            (answer, shown)
        };
        let (answer, shown) = photo_done(&house, "/v1/fix", photo, &question, work).await?;
        Ok(match (&answer.failure, picture_only) {
            (Some(failure), _) => {
                let trouble = Trouble::photo(failure.clone());
                trouble.answer(spoken, Some((answer, shown)))
            }
            (None, true) => {
                let status = answer.status.map_or("", |status| status.name());
                let mut response = typed("image/jpeg", answer.picture);
                let headers = response.headers_mut();
                headers.insert("baidi-status", HeaderValue::from_static(status));
                response
            }
            (None, false) => {
                let fixed = Fixed::of(answer, shown.as_deref());
                json(serde_json::to_vec(&fixed).unwrap_or_default())
            }
        })
    };
    let answered = answered.await;
    heard(&house, spoken, answered, body).await
}

async fn check(State(house): State<Arc<House>>, request: Request) -> Response<Body> {
    let (head, mut body) = request.into_parts();
    let mut spoken = language(&head.headers);
    let answered = async {
        let Order { photo, question } = ordered::<CheckQuestion>(&house, &head, &mut body).await?;
        let question = Question::from(question);
        spoken = question.language();
        let work = |baidi: &mut Baidi, photo: &[u8], asked: &Asked| {
            (answer::check(baidi, photo, asked), None)
        };
        let (answer, shown) = photo_done(&house, "/v1/check", photo, &question, work).await?;
        Ok(match &answer.failure {
            Some(failure) => {
                let trouble = Trouble::photo(failure.clone());
                trouble.answer(spoken, Some((answer, shown)))
            }
            None => json(answer.json),
        })
    };
    let answered = answered.await;
    heard(&house, spoken, answered, body).await
}

/// The answer; before a problem is told, what is left of the body is read, because who still sends does not listen.
async fn heard(
    house: &House,
    language: Language,
    answered: Reply,
    mut body: Body,
) -> Response<Body> {
    if answered.is_err() && !*house.ending.borrow() {
        drain(&mut body).await;
    }
    reply(language, answered)
}

/// Whether a JPEG is wanted rather than JSON.
fn wants_picture(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = accept.split([',', ';']).next().unwrap_or_default().trim();
    first.eq_ignore_ascii_case("image/jpeg")
}

/// Has `work` done on `photo` when its turn comes, and counts what became of it.
async fn photo_done<W>(
    house: &House,
    path: &'static str,
    photo: Held,
    question: &Question,
    work: W,
) -> Result<(Answer, Option<Vec<u8>>), Trouble>
where
    W: FnOnce(&mut Baidi, &[u8], &Asked) -> (Answer, Option<Vec<u8>>) + Send + 'static,
{
    let asked = question.asked().map_err(Trouble::question)?;
    let done = house.workers.done(move |baidi| work(baidi, &photo.bytes, &asked)).await;
    match done {
        Ok(done) => {
            house.metrics.took(done.waited, done.worked);
            let (answer, _) = &done.result;
            let outcome = match (&answer.failure, answer.status) {
                (Some(failure), _) => failure.message.code().to_owned(),
                (None, Some(status)) => status.name().to_owned(),
                (None, None) => String::new(),
            };
            house.metrics.photo(path, &outcome);
            debug_assert_ne!(answer.ending, Ending::Misunderstood, "it was understood before");
            Ok(done.result)
        }
        Err(undone) => {
            let trouble = Trouble::from(undone);
            house.metrics.photo(path, trouble.failure.message.code());
            Err(trouble)
        }
    }
}
