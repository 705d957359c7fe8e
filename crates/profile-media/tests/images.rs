//! Pictures become small, upright and silent; what is no picture, or too much of one, is refused.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test fails by panicking

use std::io::Cursor;

use bytes::Bytes;
use image::{
    DynamicImage, ImageEncoder as _, ImageFormat, RgbImage, RgbaImage,
    codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder},
};
use moxcms::ColorProfile;
use profile_media::ImageRenderer;
use profile_ports::{ImageFault, Images as _};

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn rgb(width: u32, height: u32) -> DynamicImage {
    let pixel = |x: u32, _| image::Rgb([u8::try_from(x % 256).unwrap(), 90, 30]);
    RgbImage::from_fn(width, height, pixel).into()
}

#[tokio::test]
async fn a_large_picture_becomes_a_small_one() {
    let renderer = ImageRenderer::default();
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP] {
        let rendition = renderer.render(encoded(&rgb(1200, 600), format).into()).await.unwrap();
        let small = image::load_from_memory(&rendition.bytes).unwrap();
        assert_eq!((small.width(), small.height()), (512, 256), "{format:?}");
    }
    let small = renderer.render(encoded(&rgb(20, 10), ImageFormat::Png).into()).await.unwrap();
    assert_eq!(small.extension, "jpg");
    assert_eq!(image::load_from_memory(&small.bytes).unwrap().width(), 20);
}

#[tokio::test]
async fn what_is_see_through_stays_so() {
    let clear: DynamicImage = RgbaImage::from_pixel(4, 4, image::Rgba([1, 2, 3, 0])).into();
    let rendition = ImageRenderer::default().render(encoded(&clear, ImageFormat::Png).into()).await.unwrap();
    assert_eq!(rendition.extension, "png");
    assert_eq!(image::load_from_memory(&rendition.bytes).unwrap().to_rgba8().get_pixel(0, 0).0[3], 0);
}

/// A JPEG with an EXIF block that says: turn me, and here is where I was taken.
fn turned(bytes: &[u8]) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    exif.extend_from_slice(b"canary of a place");
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&bytes[..2], &[0xFF, 0xE1], &length, &exif, &bytes[2..]].concat()
}

#[tokio::test]
async fn it_is_turned_upright_and_says_nothing_more() {
    let picture = turned(&encoded(&rgb(40, 20), ImageFormat::Jpeg));
    let rendition = ImageRenderer::default().render(picture.into()).await.unwrap();
    let upright = image::load_from_memory(&rendition.bytes).unwrap();
    assert_eq!((upright.width(), upright.height()), (20, 40));
    assert!(!rendition.bytes.windows(6).any(|window| window == b"canary"));
}

#[tokio::test]
async fn what_cannot_be_read_is_refused() {
    let whole = encoded(&rgb(64, 64), ImageFormat::Png);
    let mut wide = whole.clone();
    // The width in the header, whose checksum then is wrong, too; either is a reason.
    wide[16..20].copy_from_slice(&60_000u32.to_be_bytes());
    for damaged in [Vec::new(), b"plain text".to_vec(), whole[..whole.len() / 2].to_vec(), wide] {
        let refused = ImageRenderer::default().render(Bytes::from(damaged)).await;
        assert!(matches!(refused, Err(ImageFault::Unreadable)), "{refused:?}");
    }
}

fn noisy(width: u32, height: u32) -> RgbImage {
    let channel = |x: u32, y: u32| u8::try_from((x / 16 * 3 + y / 16 * 5) % 256).unwrap();
    RgbImage::from_fn(width, height, |x, y| image::Rgb([channel(x, y), 90, channel(y, x)]))
}

async fn rendered(picture: Vec<u8>) -> DynamicImage {
    let rendition = ImageRenderer::default().render(picture.into()).await.unwrap();
    image::load_from_memory(&rendition.bytes).unwrap()
}

async fn refused(picture: Vec<u8>) -> ImageFault {
    ImageRenderer::default().render(picture.into()).await.unwrap_err()
}

#[tokio::test]
async fn photographs_of_any_camera_are_read() {
    for (width, height, sides) in [(4608, 3456, (512, 384)), (8160, 6120, (512, 384)), (5000, 20, (512, 2))] {
        let mut bytes = Cursor::new(Vec::new());
        noisy(width, height).write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
        let small = rendered(bytes.into_inner()).await;
        assert_eq!((small.width(), small.height()), sides, "{width} by {height}");
        let middle = small.to_rgb8().get_pixel(small.width() / 2, small.height() / 2).0;
        assert!(middle[1].abs_diff(90) < 12, "{middle:?}");
    }
    let small = rendered(include_bytes!("pictures/progressive.jpg").to_vec()).await;
    assert_eq!((small.width(), small.height()), (64, 48));
}

#[tokio::test]
async fn png_and_gif_of_fifty_megapixels_are_read_in_little_memory() {
    let deep = image::ImageBuffer::from_pixel(4096, 4096, image::Rgba([0xFFFF_u16, 0x8000, 0, 0xFFFF]));
    let small = rendered(encoded(&deep.into(), ImageFormat::Png)).await.to_rgba8();
    assert_eq!(small.get_pixel(200, 200).0, [255, 128, 0, 255]);

    let wide = image::GrayImage::from_pixel(8000, 6250, image::Luma([77]));
    let small = rendered(encoded(&wide.into(), ImageFormat::Png)).await;
    assert_eq!((small.width(), small.height()), (512, 400));

    let mut bytes = Vec::new();
    let mut encoder = gif::Encoder::new(&mut bytes, 7000, 7000, &[0, 0, 0, 10, 200, 30]).unwrap();
    let frame = gif::Frame::from_indexed_pixels(7000, 7000, vec![1; 49_000_000], None);
    encoder.write_frame(&frame).unwrap();
    drop(encoder);
    let small = rendered(bytes).await.to_rgba8();
    assert_eq!(small.get_pixel(511, 511).0, [10, 200, 30, 255]);
}

#[tokio::test]
async fn what_is_too_large_is_told_from_what_is_damaged() {
    let many = image::GrayImage::new(10_000, 5_001);
    for format in [ImageFormat::Png, ImageFormat::Jpeg] {
        let fault = refused(encoded(&many.clone().into(), format)).await;
        assert!(matches!(fault, ImageFault::TooManyPixels), "{format:?} {fault:?}");
        assert_eq!(fault.to_string(), "the picture has more than 50 megapixels");
    }
    let webp = encoded(&RgbImage::new(4200, 4200).into(), ImageFormat::WebP);
    let fault = refused(webp).await;
    assert!(matches!(fault, ImageFault::TooMuchMemory), "{fault:?}");
    assert_eq!(fault.to_string(), "the picture takes more than 100 MiB of memory to be read");

    let mut progressive = include_bytes!("pictures/progressive.jpg").to_vec();
    let frame = progressive.windows(2).position(|marker| marker == [0xFF, 0xC2]).unwrap();
    progressive[frame + 5..frame + 9].copy_from_slice(&[0x1B, 0x58, 0x1B, 0x58]); // 7000 by 7000
    assert!(matches!(refused(progressive).await, ImageFault::TooMuchMemory));
}

#[tokio::test]
async fn what_is_cut_off_is_refused() {
    let noise = DynamicImage::from(noisy(600, 400));
    let mut whole = vec![include_bytes!("pictures/progressive.jpg").to_vec()];
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP] {
        whole.push(encoded(&noise, format));
    }
    for picture in whole {
        for share in [2, 10, 50, 90] {
            let cut = picture[..picture.len() * share / 100].to_vec();
            let fault = refused(cut).await;
            assert!(matches!(fault, ImageFault::Unreadable), "{:?} {share} {fault:?}", &picture[..4]);
        }
    }
}

#[tokio::test]
async fn passes_of_an_interlaced_picture_come_together() {
    let small = rendered(include_bytes!("pictures/interlaced.png").to_vec()).await.to_rgba8();
    assert_eq!(small.dimensions(), (21, 13));
    let value = |number: u32| u8::try_from(number % 256).unwrap();
    for (x, y, pixel) in small.enumerate_pixels() {
        assert_eq!(pixel.0, [value(x * 11), value(y * 17), value(x * y), 255], "{x} {y}");
    }
}

fn with_profile(image: &DynamicImage, format: ImageFormat, profile: &ColorProfile) -> Vec<u8> {
    let mut bytes = Vec::new();
    let profile = profile.encode().unwrap();
    let (width, height, color) = (image.width(), image.height(), image.color().into());
    match format {
        ImageFormat::Png => {
            let mut encoder = PngEncoder::new(&mut bytes);
            encoder.set_icc_profile(profile).unwrap();
            encoder.write_image(image.as_bytes(), width, height, color).unwrap();
        }
        ImageFormat::WebP => {
            let mut encoder = WebPEncoder::new_lossless(&mut bytes);
            encoder.set_icc_profile(profile).unwrap();
            encoder.write_image(image.as_bytes(), width, height, color).unwrap();
        }
        _ => {
            let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 100);
            encoder.set_icc_profile(profile).unwrap();
            encoder.write_image(image.as_bytes(), width, height, color).unwrap();
        }
    }
    bytes
}

async fn colour_of(picture: Vec<u8>) -> [u8; 3] {
    let small = rendered(picture).await.to_rgb8();
    small.get_pixel(small.width() / 2, small.height() / 2).0
}

fn is_near(colour: [u8; 3], expected: [u8; 3]) -> bool {
    colour.iter().zip(expected).all(|(one, other)| one.abs_diff(other) <= 6)
}

/// The numbers of a colour differ from profile to profile; what is seen does not.
#[tokio::test]
async fn colours_are_seen_as_their_profile_says() {
    let plain = |colour| DynamicImage::from(RgbImage::from_pixel(32, 32, image::Rgb(colour)));
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        // Red and green of sRGB, as these call them.
        for (profile, called, seen) in [
            (ColorProfile::new_display_p3(), [234, 51, 35], [255, 0, 0]),
            (ColorProfile::new_adobe_rgb(), [219, 0, 0], [255, 0, 0]),
            (ColorProfile::new_adobe_rgb(), [144, 255, 60], [0, 255, 0]),
            (ColorProfile::new_srgb(), [200, 100, 50], [200, 100, 50]),
        ] {
            let colour = colour_of(with_profile(&plain(called), format, &profile)).await;
            assert!(is_near(colour, seen), "{format:?}: {called:?} became {colour:?}, not {seen:?}");
        }
    }
    let linear = ColorProfile::new_gray_with_gamma(1.0);
    let grey = DynamicImage::from(image::GrayImage::from_pixel(32, 32, image::Luma([55])));
    let colour = colour_of(with_profile(&grey, ImageFormat::Png, &linear)).await;
    assert!(is_near(colour, [128; 3]), "{colour:?}");
    // A profile for other pixels says nothing of these.
    let colour = colour_of(with_profile(&plain([200, 100, 50]), ImageFormat::Png, &linear)).await;
    assert!(is_near(colour, [200, 100, 50]), "{colour:?}");
}

#[tokio::test]
async fn what_is_see_through_keeps_its_colours_too() {
    let half: DynamicImage = RgbaImage::from_pixel(32, 32, image::Rgba([234, 51, 35, 128])).into();
    let picture = with_profile(&half, ImageFormat::Png, &ColorProfile::new_display_p3());
    let pixel = rendered(picture).await.to_rgba8().get_pixel(9, 9).0;
    assert!(is_near([pixel[0], pixel[1], pixel[2]], [255, 0, 0]) && pixel[3] == 128, "{pixel:?}");
}

/// Magenta and yellow ink without any black, on paper: red.
#[tokio::test]
async fn inks_become_colours() {
    let colour = colour_of(include_bytes!("pictures/cmyk.jpg").to_vec()).await;
    assert!(colour[0] > 200 && colour[1] < 60 && colour[2] < 60, "{colour:?}");
}
