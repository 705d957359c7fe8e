//! Colours that an embedded profile explains, in sRGB, which is what a rendition without a profile means.

use image::{DynamicImage, RgbImage, RgbaImage};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};
use profile_ports::ImageFault;

/// The picture in sRGB. A profile that cannot be understood, or that is for another kind of pixels, says nothing.
pub(super) fn to_srgb(image: DynamicImage, profile: &[u8]) -> DynamicImage {
    let Ok(profile) = ColorProfile::new_from_slice(profile) else { return image };
    convert(&image, &profile).unwrap_or(image)
}

fn convert(image: &DynamicImage, profile: &ColorProfile) -> Option<DynamicImage> {
    let (width, height, color) = (image.width(), image.height(), image.color());
    let (from, bytes) = match (profile.color_space, color.has_alpha()) {
        (DataColorSpace::Rgb, false) => (Layout::Rgb, image.to_rgb8().into_raw()),
        (DataColorSpace::Rgb, true) => (Layout::Rgba, image.to_rgba8().into_raw()),
        (DataColorSpace::Gray, false) if !color.has_color() => (Layout::Gray, image.to_luma8().into_raw()),
        (DataColorSpace::Gray, true) if !color.has_color() => {
            (Layout::GrayAlpha, image.to_luma_alpha8().into_raw())
        }
        _ => return None,
    };
    if color.has_alpha() {
        let bytes = transform(profile, from, &bytes, Layout::Rgba)?;
        RgbaImage::from_raw(width, height, bytes).map(DynamicImage::from)
    } else {
        let bytes = transform(profile, from, &bytes, Layout::Rgb)?;
        RgbImage::from_raw(width, height, bytes).map(DynamicImage::from)
    }
}

fn transform(profile: &ColorProfile, from: Layout, bytes: &[u8], to: Layout) -> Option<Vec<u8>> {
    let srgb = ColorProfile::new_srgb();
    let transform = profile.create_transform_8bit(from, &srgb, to, TransformOptions::default()).ok()?;
    let mut converted = vec![0; bytes.len() / from.channels() * to.channels()];
    transform.transform(bytes, &mut converted).ok()?;
    Some(converted)
}

/// Pixels that say how much of each ink there is, in sRGB: as the profile says, or as simple inks would look.
pub(super) fn inks_to_srgb(
    width: u32,
    height: u32,
    inks: &[u8],
    profile: Option<&[u8]>,
) -> Result<DynamicImage, ImageFault> {
    let profile = profile.and_then(|profile| ColorProfile::new_from_slice(profile).ok());
    let profile = profile.filter(|profile| profile.color_space == DataColorSpace::Cmyk);
    // Four channels, whatever they mean.
    let explained = profile.and_then(|profile| transform(&profile, Layout::Rgba, inks, Layout::Rgb));
    let bytes = explained.unwrap_or_else(|| simple_inks(inks));
    RgbImage::from_raw(width, height, bytes).map(DynamicImage::from).ok_or(ImageFault::Unreadable)
}

fn simple_inks(inks: &[u8]) -> Vec<u8> {
    let paper = |ink: u8| u32::from(255 - ink);
    let pixels = inks.chunks_exact(4).filter_map(|pixel| <[u8; 4]>::try_from(pixel).ok());
    pixels
        .flat_map(|[cyan, magenta, yellow, black]| {
            [cyan, magenta, yellow]
                .map(|ink| u8::try_from(paper(ink) * paper(black) / 255).unwrap_or(u8::MAX))
        })
        .collect()
}
