//! What JavaScript calls.
//!
//! It asks for room, writes the question or the photo there, calls, and reads the answer where it is told; all of it lies in the module's own memory until the next call. Rust hands out where its
//! buffers lie and never follows a pointer itself, so there is no unsafe block here: `unsafe` stands at the names only, because two functions of one name would be one too many.

use std::cell::RefCell;
use std::time::Duration;

use baidi::lab::answer::{self, Answer};
use baidi::lab::question::{Asked, Question};
use baidi::lab::shown;
use baidi::{Baidi, Error, Language};

#[cfg(target_arch = "wasm32")]
mod outside {
    #[expect(unsafe_code, reason = "two functions that the module is given; both are safe to call")]
    #[link(wasm_import_module = "baidi")]
    unsafe extern "C" {
        /// Milliseconds since some moment.
        pub(super) safe fn now() -> f64;
        /// The text of a panic, UTF-8, before the module ends.
        pub(super) safe fn panicked(text: *const u8, length: usize);
    }
}

/// What lies between two calls.
struct Desk {
    question: Vec<u8>,
    photo: Vec<u8>,
    answer: Answer,
    baidi: Option<Baidi>,
}

thread_local! {
    static DESK: RefCell<Desk> = const {
        RefCell::new(Desk {
            question: Vec::new(),
            photo: Vec::new(),
            answer: Answer::NONE,
            baidi: None,
        })
    };
}

/// The program with its networks, loaded at the first photo.
fn opened(baidi: &mut Option<Baidi>) -> Result<&mut Baidi, Error> {
    if baidi.is_none() {
        *baidi = Some(Baidi::open()?.timed_by(clock));
    }
    baidi.as_mut().ok_or(Error::Internal { stage: "networks", reason: "not loaded".to_owned() })
}

#[cfg(target_arch = "wasm32")]
fn clock() -> Duration {
    Duration::from_secs_f64(outside::now().max(0.0) / 1e3)
}

#[cfg(not(target_arch = "wasm32"))]
const fn clock() -> Duration {
    Duration::ZERO
}

#[cfg(target_arch = "wasm32")]
fn tell_of_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let text = panic.to_string();
        outside::panicked(text.as_ptr(), text.len());
    }));
}

#[cfg(not(target_arch = "wasm32"))]
const fn tell_of_panics() {}

/// Answers with what `work` makes of the question and the photo; the photo's memory is free again before the answer is read.
fn answered(work: impl FnOnce(&mut Option<Baidi>, &[u8], &Question) -> Answer) -> u32 {
    tell_of_panics();
    DESK.with_borrow_mut(|desk| {
        let photo = std::mem::take(&mut desk.photo);
        desk.answer = match Question::read(&desk.question) {
            Ok(question) => work(&mut desk.baidi, &photo, &question),
            Err(failure) => Answer::misunderstood(failure, Language::En),
        };
        desk.answer.ending as u32
    })
}

fn with_networks(work: impl FnOnce(&mut Baidi, &[u8], &Asked) -> Answer) -> u32 {
    answered(|baidi, photo, question| {
        answer::answered(question, |asked| match opened(baidi) {
            Ok(baidi) => work(baidi, photo, asked),
            Err(error) => answer::refused(asked, &error, photo),
        })
    })
}

/// Room for `length` bytes: 0 the question, 1 the photo.
#[expect(unsafe_code, reason = "the name by which JavaScript calls")]
#[unsafe(no_mangle)]
extern "C" fn baidi_room(which: u32, length: usize) -> *mut u8 {
    DESK.with_borrow_mut(|desk| {
        let room = if which == 0 { &mut desk.question } else { &mut desk.photo };
        room.clear();
        room.resize(length, 0);
        room.as_mut_ptr()
    })
}

/// Makes the card; 0 done, 1 refused, 2 misunderstood.
#[expect(unsafe_code, reason = "the name by which JavaScript calls")]
#[unsafe(no_mangle)]
extern "C" fn baidi_fix() -> u32 {
    with_networks(answer::fix)
}

/// Judges the photo; 0 done, 1 refused, 2 misunderstood.
#[expect(unsafe_code, reason = "the name by which JavaScript calls")]
#[unsafe(no_mangle)]
extern "C" fn baidi_check() -> u32 {
    with_networks(answer::check)
}

/// Judges of a camera's frame what the face alone shows; 0 done, 1 refused, 2 misunderstood.
#[expect(unsafe_code, reason = "the name by which JavaScript calls")]
#[unsafe(no_mangle)]
extern "C" fn baidi_glance() -> u32 {
    with_networks(answer::glance)
}

/// A picture of the photo to show; 0 done, 1 refused.
#[expect(unsafe_code, reason = "the name by which JavaScript calls")]
#[unsafe(no_mangle)]
extern "C" fn baidi_preview() -> u32 {
    answered(|_, photo, _| shown::preview(photo))
}

/// The specs; 0 done, 2 misunderstood.
#[expect(unsafe_code, reason = "the name by which JavaScript calls")]
#[unsafe(no_mangle)]
extern "C" fn baidi_specs() -> u32 {
    answered(|_, _, question| shown::specs(question))
}

fn part<T>(which: u32, look: impl FnOnce(&Vec<u8>) -> T) -> T {
    DESK.with_borrow(|desk| {
        look(match which {
            0 => &desk.answer.json,
            1 => &desk.answer.source,
            3 => &desk.answer.slip,
            _ => &desk.answer.picture,
        })
    })
}

/// Where a part of the answer lies: 0 the report, 1 the source's, 2 the card or picture, 3 the slip.
#[expect(unsafe_code, reason = "the name by which JavaScript calls")]
#[unsafe(no_mangle)]
extern "C" fn baidi_answer(which: u32) -> *const u8 {
    part(which, Vec::as_ptr)
}

/// How long it is.
#[expect(unsafe_code, reason = "the name by which JavaScript calls")]
#[unsafe(no_mangle)]
extern "C" fn baidi_answer_length(which: u32) -> usize {
    part(which, Vec::len)
}

/// Ends the module as a fault inside would: what the tests of that ending call.
#[expect(unsafe_code, reason = "the name by which JavaScript calls")]
#[unsafe(no_mangle)]
extern "C" fn baidi_fault() -> u32 {
    tell_of_panics();
    panic!("asked for")
}
