//! What a worker allocates for a photo once it has done some like it: nothing of the picture's size.

#[path = "support/draw/mod.rs"]
mod draw;

use std::alloc::System;
use std::sync::atomic::{AtomicUsize, Ordering};

use baidi::lab::geometry::Size;
use baidi::lab::pipeline::{FixOptions, Worker};
use baidi::lab::spec::PhotoSpec;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use tracking_allocator::{AllocationGroupId, AllocationRegistry, AllocationTracker, Allocator};

#[global_allocator]
static ALLOCATOR: Allocator<System> = Allocator::system();

/// The photo's sides, and those of what is decoded of it: a quarter, which holds the face at the card's size.
const PHOTO: Size = Size::new(3024, 4032);
const DECODED: usize = 756 * 1008 * 3;
/// A card's pixels.
const CARD: usize = 358 * 441 * 3;

static LARGEST: AtomicUsize = AtomicUsize::new(0);
static OF_A_PICTURE: AtomicUsize = AtomicUsize::new(0);
static OF_A_CARD: AtomicUsize = AtomicUsize::new(0);

/// Counts allocations by their size.
struct Counter;

impl AllocationTracker for Counter {
    fn allocated(&self, _: usize, size: usize, _: usize, _: AllocationGroupId) {
        LARGEST.fetch_max(size, Ordering::Relaxed);
        OF_A_PICTURE.fetch_add(usize::from(size >= DECODED), Ordering::Relaxed);
        OF_A_CARD.fetch_add(usize::from(size >= CARD), Ordering::Relaxed);
    }

    fn deallocated(
        &self,
        _: usize,
        _: usize,
        _: usize,
        _: AllocationGroupId,
        _: AllocationGroupId,
    ) {
    }
}

/// Allocations that `work` makes: the bytes of the largest, and how many are as large as what is decoded of the photo, and as a card.
fn counted(work: impl FnOnce()) -> [usize; 3] {
    let counters = [&LARGEST, &OF_A_PICTURE, &OF_A_CARD];
    counters.iter().for_each(|c| c.store(0, Ordering::Relaxed));
    AllocationRegistry::enable_tracking();
    work();
    AllocationRegistry::disable_tracking();
    counters.map(|c| c.load(Ordering::Relaxed))
}

fn phone_photo(seed: u64) -> Vec<u8> {
    let mut scene = draw::Scene::drawn_by_lot(seed, Size::new(756, 1008));
    scene.samples = 1;
    let drawn = draw::draw(&scene).picture;
    let picture = imageops::resize(&drawn, PHOTO.width, PHOTO.height, FilterType::Triangle);
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(&picture).expect("memory");
    bytes
}

#[test]
fn a_worker_that_has_done_some_photos_allocates_nothing_of_a_pictures_size_for_the_next() {
    AllocationRegistry::set_global_tracker(Counter).expect("the only tracker");
    let spec = PhotoSpec::builtin("shebao").expect("built in");
    let mut worker = Worker::new().expect("built-in models");
    let mut fix = |photo: &[u8]| {
        let card = worker.fix(photo, None, &spec, &FixOptions::default()).expect("a card");
        worker.check(&card.jpeg.bytes, None, &spec).expect("a picture");
    };
    let photos = [phone_photo(7), phone_photo(8)];
    let [first, ..] = counted(|| fix(&photos[0]));
    assert!(first < PHOTO.area() as usize, "{first} bytes, where no full-size copy is needed");
    // two photos differ in the size of what is cut out, and in how often networks look at it: buffers have found their sizes once both were done after each other
    fix(&photos[1]);
    photos.iter().for_each(|photo| fix(photo));
    for photo in &photos {
        let [largest, of_a_picture, of_a_card] = counted(|| fix(photo));
        let told = format!(
            "{of_a_picture} of a picture's size, {of_a_card} of a card's, the largest of {largest} bytes"
        );
        assert_eq!(of_a_picture, 0, "{told}");
        assert!(of_a_card > 0, "nothing is counted: {told}");
    }
}
