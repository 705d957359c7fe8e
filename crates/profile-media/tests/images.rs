//! Pictures become small, upright and silent; what is no picture, or too much of one, is refused.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test fails by panicking

use std::io::Cursor;

use bytes::Bytes;
use image::{DynamicImage, ImageFormat, RgbImage, RgbaImage};
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
    let too_wide = encoded(&rgb(4097, 1), ImageFormat::Png);
    for damaged in [Vec::new(), b"plain text".to_vec(), whole[..whole.len() / 2].to_vec(), wide, too_wide] {
        let refused = ImageRenderer::default().render(Bytes::from(damaged)).await;
        assert!(matches!(refused, Err(ImageFault::Unreadable)), "{refused:?}");
    }
}
