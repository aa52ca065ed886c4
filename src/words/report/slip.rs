//! The retake slip: one small paper per photo that has to be taken again, with the picture, the name, and the reason in two sentences. Printed, cut, and handed out.

use std::io::{self, Write};

use super::html::{base64, escaped};
use super::text::FindingText;
use super::{Heading, PhotoReport, Status};
use crate::base::message::Message;
use crate::rules::check::Verdict;
use crate::words::catalogue::Language;

const STYLE: &str = include_str!("slip.css");

/// More reasons than this nobody keeps in mind before the camera.
const REASONS: usize = 3;

/// What is wrong with a photo: why it could not be processed, or what the first findings say that are at least `least`; and what to do about the first that says so.
#[must_use]
pub fn why(
    photo: &PhotoReport,
    least: Verdict,
    language: Language,
) -> (Vec<String>, Option<String>) {
    if let Some(failure) = &photo.error {
        let what = failure.hint.as_ref().map(|hint| hint.to_text(language));
        return (vec![failure.message.to_text(language)], what);
    }
    let found: Vec<FindingText> = photo
        .findings
        .iter()
        .filter(|f| f.outcome.verdict >= least)
        .map(|f| FindingText::new(f, language))
        .collect();
    let hint = found.iter().find_map(|text| text.hint.clone());
    (found.into_iter().take(REASONS).map(|text| text.message).collect(), hint)
}

/// Why the photo must be taken again, and what to do: two sentences; none for a photo that need not be.
#[must_use]
pub fn reasons(photo: &PhotoReport, language: Language) -> Vec<String> {
    if photo.error.is_none() && photo.status != Status::NotCompliant {
        return Vec::new();
    }
    let (why, what) = why(photo, Verdict::Fail, language);
    let sentence = |key: &str, text: String| Message::new(key).text("text", text).to_text(language);
    let all = why.join(&language.text("slip-and"));
    let mut sentences = vec![sentence("slip-reason", all)];
    sentences.extend(what.map(|what| sentence("slip-advice", what)));
    sentences
}

pub(super) fn begin(out: &mut impl Write, header: &Heading) -> io::Result<()> {
    let say = |key: &str| escaped(&header.language.text(key));
    let tag = header.language.page_tag();
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"{tag}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<p class=\"none\">{}</p>\n<main>\n",
        say("slip-title"),
        say("slip-none"),
    )
}

pub(super) fn photo(out: &mut impl Write, photo: &PhotoReport, header: &Heading) -> io::Result<()> {
    let sentences = reasons(photo, header.language);
    if sentences.is_empty() {
        return Ok(());
    }
    let say = |key: &str| escaped(&header.language.text(key));
    out.write_all(b"<section>\n")?;
    if let Some(jpeg) = &photo.thumbnails.before {
        writeln!(out, "<img alt=\"\" src=\"data:image/jpeg;base64,{}\">", base64(jpeg))?;
    }
    let name = photo.input.file_stem().unwrap_or(photo.input.as_os_str()).to_string_lossy();
    writeln!(
        out,
        "<div><h2>{}</h2><p class=\"title\">{} · {}</p>",
        escaped(&name),
        say("slip-title"),
        escaped(&header.title)
    )?;
    for sentence in sentences {
        writeln!(out, "<p>{}</p>", escaped(&sentence))?;
    }
    out.write_all(b"</div>\n</section>\n")
}

pub(super) fn end(out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"</main>\n</body>\n</html>\n")
}

#[cfg(test)]
mod tests {
    use super::super::ReportFormat;
    use super::super::tests::{sample, written};
    use super::*;
    use crate::base::error::Error;

    #[test]
    fn only_photos_to_be_taken_again_get_a_slip_with_two_sentences() {
        let good = PhotoReport::new("good.jpg");
        let blank = PhotoReport::failed("<b>.jpg", &Error::NoFace { width: 640, height: 480 });
        let of_spec = |spec: &str| PhotoReport { spec: Some(spec.to_owned()), ..sample() };
        let all = [good, of_spec("shebao"), of_spec("id-card"), blank];
        let page = written(ReportFormat::Slip, Language::En, &all);
        assert_eq!(page.matches("<section>").count(), 2, "two cards of one photo share a slip");
        assert!(!page.contains("good") && page.contains("&lt;b&gt;"));
        for photo in [sample(), PhotoReport::failed("x", &Error::NoFace { width: 1, height: 1 })] {
            for language in [Language::Zh, Language::En] {
                let sentences = reasons(&photo, language);
                assert_eq!(sentences.len(), 2, "{sentences:?}");
                assert!(sentences.iter().all(|s| s.ends_with(['.', '。'])), "{sentences:?}");
            }
        }
    }
}
