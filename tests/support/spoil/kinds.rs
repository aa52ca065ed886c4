//! All kinds of faults: what a person sees, and which rules answer for it.

use super::chance::Chance;
use super::{Card, File, Work, camera, covers, edges, eyes, files, frame, light, walls, worn};

/// A kind of fault.
#[derive(Debug)]
pub struct Kind {
    /// Which part of the table it stands in.
    pub part: &'static str,
    /// What a person sees.
    pub name: &'static str,
    /// The rules that answer for it: the one that should name it, then others that may.
    pub rules: &'static [&'static str],
    /// Weak, middle, strong, in whatever unit it has.
    pub strengths: [f64; 3],
    /// What is done.
    pub fault: Fault,
}

/// How a card is spoilt.
#[derive(Debug)]
pub enum Fault {
    /// In its pixels.
    Pixels(fn(&mut Work<'_>, f64)),
    /// In its file.
    File(fn(&Card, f64, &mut Chance) -> File),
}

const fn seen(
    part: &'static str,
    name: &'static str,
    rules: &'static [&'static str],
    strengths: [f64; 3],
    draw: fn(&mut Work<'_>, f64),
) -> Kind {
    Kind { part, name, rules, strengths, fault: Fault::Pixels(draw) }
}

const fn file(
    name: &'static str,
    rules: &'static [&'static str],
    strengths: [f64; 3],
    make: fn(&Card, f64, &mut Chance) -> File,
) -> Kind {
    Kind { part: "file", name, rules, strengths, fault: Fault::File(make) }
}

// What may speak where something lies before the face: the rule for it, that no face is found, or what it hides.
const COVERED: &[&str] =
    &["face-covered", "one-face", "mouth", "eyes-open", "hair-over-face", "glasses"];
const ON_HEAD: &[&str] = &["headwear", "face-covered", "hair-over-face"];
const WORN: &[&str] = &["accessories", "headwear"];
const EDGE: &[&str] = &["edge-halo", "background-white", "background-even"];
const LEFT_OVER: &[&str] = &["background-white", "edge-halo", "background-even", "border"];
const LOST: &[&str] = &["edge-halo", "bust", "background-white", "hair-top", "head-share"];
const ENDS: &[&str] = &["bust", "edge-halo"];
const WALL: &[&str] = &["background-white", "background-even"];
const CAST: &[&str] = &["colour-cast", "black-and-white"];

/// Every kind, part by part.
pub const KINDS: &[Kind] = &[
    seen(
        "eyes and mouth",
        "both lids shut, share of the opening",
        &["eyes-open"],
        [0.7, 0.95, 1.0],
        eyes::both_shut,
    ),
    seen(
        "eyes and mouth",
        "one lid shut, share of the opening",
        &["eyes-open"],
        [0.7, 0.95, 1.0],
        eyes::wink,
    ),
    seen(
        "eyes and mouth",
        "looks aside, share of the way to the corner",
        &["gaze", "yaw"],
        [0.45, 0.7, 0.95],
        eyes::looks_aside,
    ),
    seen("eyes and mouth", "red pupils, irises wide", &["red-eye"], [0.4, 0.65, 0.9], eyes::red),
    seen(
        "eyes and mouth",
        "open mouth, face widths",
        &["mouth"],
        [0.05, 0.1, 0.16],
        eyes::mouth_open,
    ),
    seen(
        "before the face",
        "mask, up to lip, nose, its root",
        COVERED,
        [0.1, 0.6, 0.95],
        covers::mask,
    ),
    seen(
        "before the face",
        "hand, share of the lower face",
        COVERED,
        [0.35, 0.65, 1.0],
        covers::hand,
    ),
    seen("before the face", "phone, share", COVERED, [0.35, 0.7, 1.0], covers::phone),
    seen("before the face", "leaf, share", COVERED, [0.35, 0.7, 1.0], covers::leaf),
    seen("before the face", "microphone, share", COVERED, [0.2, 0.6, 1.0], covers::microphone),
    seen("before the face", "sticker, share", COVERED, [0.15, 0.5, 1.0], covers::sticker),
    seen(
        "before the face",
        "scarf over chin, mouth, nose",
        COVERED,
        [0.3, 0.62, 1.0],
        covers::scarf,
    ),
    seen(
        "before the face",
        "fringe, forehead to eyes",
        &["hair-over-face", "face-covered", "eyes-open", "one-face"],
        [0.45, 0.75, 1.0],
        covers::fringe,
    ),
    seen(
        "before the face",
        "lock over an eye, face widths",
        &["hair-over-face", "face-covered", "eyes-open", "gaze", "one-face"],
        [0.2, 0.34, 0.5],
        covers::lock,
    ),
    seen(
        "before the face",
        "hair over the ears, share",
        &["ears", "hair-over-face"],
        [0.3, 0.7, 1.0],
        covers::over_ears,
    ),
    seen("on the head", "hat, its brim", ON_HEAD, [0.2, 0.55, 1.0], worn::hat),
    seen("on the head", "cap, how deep", ON_HEAD, [0.1, 0.5, 1.0], worn::cap),
    seen("on the head", "knitted cap, how deep", ON_HEAD, [0.1, 0.5, 1.0], worn::knitted),
    seen("on the head", "headscarf, how deep", ON_HEAD, [0.0, 0.5, 1.0], worn::headscarf),
    seen(
        "on the head",
        "headphones, how big",
        &["headwear", "accessories"],
        [0.2, 0.6, 1.0],
        worn::headphones,
    ),
    seen("worn", "earrings, face widths", WORN, [0.03, 0.06, 0.11], worn::earrings),
    seen("worn", "earphones, face widths", WORN, [0.06, 0.09, 0.13], worn::earphones),
    seen(
        "worn",
        "necklace, face widths",
        &["accessories", "top"],
        [0.012, 0.022, 0.035],
        worn::necklace,
    ),
    seen(
        "worn",
        "bow or flower in the hair, face widths",
        WORN,
        [0.08, 0.14, 0.22],
        worn::ornament,
    ),
    seen(
        "worn",
        "glare on glasses, share of a lens",
        &["glasses", "hot-spots", "face-covered"],
        [0.3, 0.6, 0.95],
        worn::glare,
    ),
    seen(
        "worn",
        "tinted glasses, light let through",
        &["glasses", "face-covered", "eyes-open"],
        [0.65, 0.4, 0.15],
        worn::tinted,
    ),
    seen(
        "worn",
        "thick frames over the eyes, face widths",
        &["glasses", "face-covered", "eyes-open"],
        [0.05, 0.075, 0.1],
        worn::thick,
    ),
    seen(
        "worn",
        "bare shoulders, face widths",
        &["shoulders", "top"],
        [0.35, 0.6, 0.9],
        walls::bare_shoulders,
    ),
    seen(
        "worn",
        "one shoulder higher, slope",
        &["shoulders", "bust", "roll"],
        [0.15, 0.3, 0.5],
        walls::leaning,
    ),
    seen(
        "worn",
        "pale top before white, share of white",
        &["top", "bust"],
        [0.55, 0.9, 1.0],
        walls::pale_top,
    ),
    seen("edge", "grey line round the person, px", EDGE, [1.0, 2.0, 4.0], edges::grey_rim),
    seen("edge", "coloured line round the person, px", EDGE, [1.0, 2.0, 4.0], edges::coloured_rim),
    seen("edge", "mist round the person, px", EDGE, [12.0, 25.0, 50.0], edges::haze),
    seen("edge", "edge eaten by light, px", EDGE, [4.0, 8.0, 16.0], edges::glow),
    seen("edge", "edge in stairs, px", EDGE, [4.0, 6.0, 9.0], edges::stairs),
    seen(
        "edge",
        "room left beside the hair, face widths",
        LEFT_OVER,
        [0.05, 0.11, 0.22],
        edges::room_by_hair,
    ),
    seen(
        "edge",
        "room left beside the neck, face widths",
        LEFT_OVER,
        [0.05, 0.11, 0.22],
        edges::room_by_neck,
    ),
    seen(
        "edge",
        "room left above a shoulder, face widths",
        LEFT_OVER,
        [0.05, 0.11, 0.22],
        edges::room_by_shoulder,
    ),
    seen("edge", "bite out of the hair, face widths", LOST, [0.08, 0.14, 0.25], edges::hair_bitten),
    seen(
        "edge",
        "bite out of a shoulder, face widths",
        LOST,
        [0.1, 0.18, 0.3],
        edges::shoulder_bitten,
    ),
    seen(
        "edge",
        "white hole in hair or clothes, face widths",
        &["edge-halo", "bust", "hot-spots", "top"],
        [0.04, 0.08, 0.15],
        edges::hole,
    ),
    seen("body", "ends in mid-air, straight, px", ENDS, [6.0, 20.0, 50.0], edges::cut_straight),
    seen("body", "ends in mid-air, slanted, px", ENDS, [10.0, 25.0, 55.0], edges::cut_slanted),
    seen("body", "ends in an arch or fades, px", ENDS, [20.0, 45.0, 80.0], edges::cut_round),
    seen(
        "body",
        "photo ends at the neck, face widths below the chin",
        ENDS,
        [0.2, 0.1, 0.03],
        edges::no_body,
    ),
    seen("wall", "grey wall, levels", WALL, [8.0, 20.0, 60.0], walls::grey),
    seen("wall", "coloured wall, share", WALL, [0.15, 0.4, 1.0], walls::coloured),
    seen("wall", "wall darkens to a side, levels", WALL, [12.0, 30.0, 80.0], walls::gradient),
    seen("wall", "blotched wall, levels", WALL, [16.0, 40.0, 90.0], walls::blotched),
    seen("wall", "shadow on the wall, levels", WALL, [10.0, 30.0, 80.0], walls::shadow),
    seen("wall", "joints or a frame on the wall, levels", WALL, [20.0, 60.0, 140.0], walls::lines),
    seen("wall", "whole room behind, share of contrast", WALL, [0.2, 0.6, 1.0], walls::uncut),
    seen(
        "wall",
        "letters across the picture, share",
        &["background-white", "face-covered", "background-even", "edge-halo"],
        [0.2, 0.45, 0.9],
        walls::writing,
    ),
    seen("wall", "border, px", &["border", "background-white"], [1.0, 4.0, 12.0], walls::border),
    seen(
        "wall",
        "rounded corners, px",
        &["border", "background-white"],
        [6.0, 16.0, 30.0],
        walls::corners,
    ),
    seen(
        "wall",
        "second head, share of the first",
        &["one-face", "background-white"],
        [0.25, 0.5, 0.8],
        walls::second_face,
    ),
    seen("light", "too dark, share of the light", &["exposure"], [0.35, 0.16, 0.07], light::dark),
    seen(
        "light",
        "face burnt out, its green in linear light",
        &["exposure", "hot-spots"],
        [0.6, 0.85, 1.3],
        light::bright,
    ),
    seen(
        "light",
        "veil of light, share",
        &["exposure", "sharpness"],
        [0.25, 0.5, 0.7],
        light::veil,
    ),
    seen(
        "light",
        "half the face in shade, share of the light",
        &["face-light", "exposure"],
        [0.5, 0.22, 0.1],
        light::half_lit,
    ),
    seen(
        "light",
        "burnt patches, face widths",
        &["hot-spots", "exposure"],
        [0.05, 0.09, 0.15],
        light::hot_spot,
    ),
    seen("light", "blue cast, gain", CAST, [1.15, 1.35, 1.7], light::blue),
    seen("light", "green cast, gain", CAST, [1.08, 1.2, 1.4], light::green),
    seen("light", "orange cast, gain", CAST, [1.08, 1.25, 1.5], light::orange),
    seen("light", "magenta cast, gain", CAST, [1.06, 1.16, 1.35], light::magenta),
    seen(
        "light",
        "colour gone, share",
        &["black-and-white", "colour-cast"],
        [0.6, 0.92, 1.0],
        light::colourless,
    ),
    seen(
        "light",
        "brown old print, share",
        &["black-and-white", "colour-cast"],
        [0.6, 0.92, 1.0],
        light::sepia,
    ),
    seen("picture", "out of focus, px", &["sharpness"], [1.0, 1.8, 3.0], camera::blur),
    seen("picture", "shaken, px", &["sharpness"], [4.0, 7.0, 12.0], camera::shaken),
    seen("picture", "noise, levels", &["noise", "compression"], [6.0, 12.0, 22.0], camera::noise),
    seen(
        "picture",
        "blocks, quality",
        &["compression", "sharpness"],
        [25.0, 12.0, 5.0],
        camera::blocks,
    ),
    seen(
        "picture",
        "enlarged, factor",
        &["sharpness", "source-size"],
        [1.6, 2.5, 4.0],
        camera::enlarged,
    ),
    seen(
        "picture",
        "skin like wax, times",
        &["sharpness", "noise", "compression"],
        [1.0, 3.0, 6.0],
        camera::smoothed,
    ),
    seen(
        "picture",
        "sharpened to rims, amount",
        &["sharpness", "noise", "compression", "edge-halo"],
        [1.5, 3.0, 6.0],
        camera::oversharp,
    ),
    seen(
        "picture",
        "dots of a print, share",
        &["noise", "compression", "sharpness", "background-even"],
        [0.15, 0.35, 0.7],
        camera::printed,
    ),
    seen(
        "picture",
        "waves of a photographed screen, levels",
        &["noise", "compression", "background-white", "background-even", "colour-cast"],
        [7.0, 15.0, 30.0],
        camera::screen,
    ),
    seen(
        "picture",
        "few colours, levels",
        &["compression", "noise"],
        [12.0, 7.0, 4.0],
        camera::posterised,
    ),
    seen(
        "picture",
        "scratches of an old print, number",
        &["noise", "background-white", "background-even", "edge-halo"],
        [8.0, 25.0, 60.0],
        camera::scratched,
    ),
    seen("frame", "tilted, degrees", &["roll"], [2.5, 5.0, 10.0], frame::tilted),
    seen(
        "frame",
        "turned aside, share of half a face",
        &["yaw", "gaze"],
        [0.15, 0.28, 0.4],
        frame::turned,
    ),
    seen(
        "frame",
        "chin up or down, degrees",
        &["pitch", "head-share", "eye-line"],
        [10.0, 18.0, 28.0],
        frame::nodding,
    ),
    seen("frame", "off the middle, px", &["centring"], [18.0, 26.0, 45.0], frame::aside),
    seen(
        "frame",
        "face too wide for the card, px",
        &["face-width", "head-share", "hair-top"],
        [258.0, 275.0, 310.0],
        frame::too_big,
    ),
    seen(
        "frame",
        "face too narrow for the card, px",
        &["face-width"],
        [176.0, 165.0, 130.0],
        frame::too_small,
    ),
    seen("frame", "hair cut by the frame, px", &["hair-top"], [2.0, 8.0, 20.0], frame::hair_cut),
    seen(
        "frame",
        "head too low, px",
        &["hair-top", "eye-line"],
        [10.0, 16.0, 40.0],
        frame::too_low,
    ),
    seen(
        "frame",
        "pulled sideways, factor",
        &["face-width", "head-share"],
        [1.06, 1.14, 1.3],
        frame::pulled,
    ),
    seen(
        "frame",
        "pulled upwards, factor",
        &["face-width", "head-share", "eye-line", "hair-top"],
        [1.06, 1.14, 1.3],
        frame::tall,
    ),
    file("pixels missing", &["pixel-size"], [1.0, 8.0, 58.0], files::small),
    file("another density, dpi", &["resolution"], [349.0, 300.0, 72.0], files::density),
    file("too heavy, bytes", &["file-size"], [20_200.0, 26_000.0, 200_000.0], files::heavy),
    file("too light, bytes", &["file-size"], [15_300.0, 12_000.0, 6_000.0], files::light),
    file("progressive", &["baseline"], [1.0; 3], files::progressive),
    file("one channel of grey", &["colour-mode", "black-and-white"], [1.0; 3], files::grey),
    file("four inks", &["colour-mode"], [1.0; 3], files::cmyk),
    file("PNG, BMP, WebP under a JPEG's name", &["format"], [0.0, 1.0, 2.0], files::renamed),
    file("another ending", &["file-name"], [0.0, 1.0, 2.0], files::misnamed),
    file("bytes after the end", &["trailing-data"], [1.0, 100.0, 1e5], files::trailing),
    file("tag that turns the picture", &["orientation-tag"], [3.0, 6.0, 8.0], files::lying),
    file("Display P3, Adobe RGB, BT.2020", &["colour-profile"], [0.0, 1.0, 2.0], files::profile),
];
