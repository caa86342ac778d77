//! Raw video: its header, its frames, and what is refused.
#![cfg(feature = "decode")]

use std::io::{self, Read};

use huepack::decode::{Matrix, Options};
use huepack::{Delay, Error, Result, Rgba8};

fn read(bytes: &[u8]) -> Result<Vec<Vec<Rgba8>>> {
    let mut video = Options::new().y4m(bytes)?;
    let mut frames = Vec::new();
    while let Some(frame) = video.next_frame()? {
        frames.push(frame.pixels().to_vec());
    }
    Ok(frames)
}

fn refused(bytes: &[u8]) -> String {
    read(bytes).expect_err("something that is not read").to_string()
}

/// Frames of 2x2 pixels, whose planes follow the header.
fn video(parameters: &str, frames: &[&[u8]]) -> Vec<u8> {
    let mut bytes = format!("YUV4MPEG2 W2 H2 F25:1 {parameters}\n").into_bytes();
    for frame in frames {
        bytes.extend(b"FRAME\n");
        bytes.extend(*frame);
    }
    bytes
}

#[test]
fn every_layout_has_as_many_bytes_as_it_needs() {
    for (layout, length) in
        [("420jpeg", 6), ("420mpeg2", 6), ("420paldv", 6), ("420", 6), ("422", 8), ("444", 12)]
    {
        // White of video range, and no colour.
        let frame: Vec<u8> = (0..length).map(|i| if i < 4 { 235 } else { 128 }).collect();
        let bytes = video(&format!("Ip A1:1 C{layout} XSOMETHING"), &[&frame, &frame]);
        assert_eq!(read(&bytes).expect(layout), vec![vec![[255; 4]; 4]; 2], "{layout}");
        let error = refused(&bytes[..bytes.len() - 1]);
        assert_eq!(error, "damaged Y4M: frame 2: the file ends within it", "{layout}");
    }
    assert_eq!(read(&video("Cmono", &[&[0, 255, 7, 9]])).expect("grey")[0][2], [7, 7, 7, 255]);
    // Without a layout, colours are those of JPEG.
    let frame = [235, 235, 235, 235, 128, 128];
    assert_eq!(read(&video("", &[&frame])).expect("a frame"), [[[255; 4]; 4]]);
}

#[test]
fn the_range_is_the_one_that_the_header_names() {
    let frame = [235, 235, 16, 16, 128, 128];
    let gray = |parameters| read(&video(parameters, &[&frame])).expect("a frame")[0].clone();
    assert_eq!(gray("C420jpeg")[0], [255; 4]);
    assert_eq!(gray("C420jpeg XCOLORRANGE=LIMITED")[2], [0, 0, 0, 255]);
    assert_eq!(gray("C420jpeg XCOLORRANGE=FULL")[2], [16, 16, 16, 255]);
}

/// 100, 90, 170 in video range, by the formulas of H.273.
#[test]
fn large_video_is_of_high_definition_unless_told_otherwise() {
    let pixel = |width: usize, height: usize, matrix: Option<Matrix>| {
        let planes =
            [vec![100; width * height], vec![90; width * height], vec![170; width * height]].concat();
        let bytes =
            [format!("YUV4MPEG2 W{width} H{height} F1:1 C444\nFRAME\n").into_bytes(), planes].concat();
        let video = Options::new().y4m(&bytes[..]).expect("a video");
        let mut video = if let Some(matrix) = matrix { video.matrix(matrix) } else { video };
        video.next_frame().expect("a frame").expect("a frame").pixels()[0]
    };
    let (standard, high) = ([165, 79, 21, 255], [173, 84, 18, 255]);
    assert_eq!(pixel(720, 576, None), standard);
    assert_eq!(pixel(1280, 1, None), high);
    assert_eq!(pixel(1, 577, None), high);
    assert_eq!(pixel(1280, 1, Some(Matrix::Bt601)), standard);
    assert_eq!(pixel(1, 1, Some(Matrix::Bt709)), high);
}

#[test]
fn colours_between_samples_are_mixed_by_where_the_samples_lie() {
    // A row of four pixels, with two samples of red difference.
    let row = |layout: &str| {
        let height = if layout == "422" { 1 } else { 2 };
        let planes = [vec![100; 4 * height], vec![128; 2], vec![128, 144]].concat();
        let bytes =
            [format!("YUV4MPEG2 W4 H{height} F1:1 C{layout} XCOLORRANGE=FULL\nFRAME\n").into_bytes(), planes]
                .concat();
        let mut pixels = read(&bytes).expect("a frame").remove(0);
        pixels.truncate(4);
        pixels.iter().map(|pixel| pixel[0]).collect::<Vec<_>>()
    };
    // Differences of 0, 4, 12, 16 and of 0, 8, 16, 16, times 1.402.
    assert_eq!(row("420jpeg"), [100, 106, 117, 122]);
    assert_eq!(row("420mpeg2"), [100, 111, 122, 122]);
    assert_eq!(row("420paldv"), [100, 111, 122, 122]);
    assert_eq!(row("422"), [100, 111, 122, 122]);
}

#[test]
fn what_cannot_be_read_right_is_refused() {
    let mono = |parameters: &str| format!("YUV4MPEG2 {parameters}\n");
    assert!(matches!(read(b""), Err(Error::NoData)));
    assert_eq!(refused(b"YUV4MPEG W2 H2 F25:1\n"), "damaged Y4M: it does not start with YUV4MPEG2");
    assert_eq!(refused(b"YUV4MPEG2 W2"), "damaged Y4M: the file ends within its header");
    assert_eq!(refused(&[b'Y'; 5000]), "damaged Y4M: its header has more than 1024 bytes");
    assert_eq!(refused(mono("H2 F25:1").as_bytes()), "damaged Y4M: the header does not say the width");
    assert_eq!(refused(mono("W2 H2 F1:0").as_bytes()), "damaged Y4M: the header does not say the frame rate");
    assert_eq!(refused(mono("W2 H2 F1:1 It").as_bytes()), "Y4M with interlaced frames is not supported");
    assert_eq!(refused(mono("W2 H2 F1:1 C420p10").as_bytes()), "Y4M with the layout 420p10 is not supported");
    assert!(matches!(read(mono("W0 H2 F1:1").as_bytes()), Err(Error::EmptyImage { .. })));
    assert!(matches!(read(mono("W65535 H65535 F1:1").as_bytes()), Err(Error::TooLarge { .. })));
    let stray = [&video("Cmono", &[&[0; 4]])[..], b"FRAM\n"].concat();
    assert_eq!(refused(&stray), "damaged Y4M: frame 2: something else stands where it should start");
    assert_eq!(refused(&stray[..stray.len() - 1]), "damaged Y4M: the file ends within the head of frame 2");
}

#[test]
fn a_reader_that_fails_is_no_damage() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the cable"))
        }
    }
    let head = video("Cmono", &[&[0; 2]]);
    let mut video = Options::new().y4m(head.as_slice().chain(Broken)).expect("a header");
    assert_eq!(video.delay(), Delay::new(1, 25));
    let error = video.next_frame().expect_err("a reader that fails");
    assert_eq!(error.to_string(), "the data cannot be read: the cable");
    assert!(video.next_frame().expect("the end").is_none());
}
