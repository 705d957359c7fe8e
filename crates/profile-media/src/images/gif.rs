//! GIF: the first frame, as numbers of colours, of which each pixel takes one byte.

use std::num::NonZeroU64;

use gif::{ColorOutput, DecodeOptions, MemoryLimit};
use image::metadata::Orientation;
use profile_ports::{ImageFault, PICTURE_MAX_PIXELS};

use super::{
    Decoded,
    limits::{check_pixels, unreadable},
    shrink::Shrink,
};

/// The first frame in its place on the canvas.
pub(super) fn decode(picture: &[u8]) -> Result<Decoded, ImageFault> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    let limit = NonZeroU64::new(PICTURE_MAX_PIXELS).ok_or(ImageFault::Unreadable)?;
    options.set_memory_limit(MemoryLimit::Bytes(limit));
    let mut decoder = options.read_info(picture).map_err(unreadable)?;
    let (width, height) = (decoder.width().into(), decoder.height().into());
    check_pixels(width, height)?;
    let frame = decoder.next_frame_info().map_err(unreadable)?.ok_or(ImageFault::Unreadable)?;
    check_pixels(frame.width.into(), frame.height.into())?;
    let (left, top, see_through) = (u32::from(frame.left), u32::from(frame.top), frame.transparent);
    let columns = usize::from(frame.width).max(1);
    let palette = palette(decoder.palette().map_err(unreadable)?, see_through);
    let mut numbers = vec![0; decoder.buffer_size()];
    decoder.read_into_buffer(&mut numbers).map_err(unreadable)?;
    let mut shrink = Shrink::new(width, height, 4);
    for (row, y) in numbers.chunks_exact(columns).zip(top..) {
        let colour = |number: &u8| palette.get(usize::from(*number)).copied().unwrap_or_default();
        let pixels: Vec<u8> = row.iter().flat_map(colour).collect();
        shrink.add(y, left, 1, &pixels);
    }
    let profile = decoder.icc_profile().map(<[u8]>::to_vec);
    Ok(Decoded { image: shrink.finish()?, profile, orientation: Orientation::NoTransforms })
}

fn palette(colours: &[u8], see_through: Option<u8>) -> Vec<[u8; 4]> {
    let opaque = colours.chunks_exact(3).filter_map(|colour| <[u8; 3]>::try_from(colour).ok());
    let mut palette: Vec<[u8; 4]> = opaque.map(|[red, green, blue]| [red, green, blue, 255]).collect();
    if let Some(colour) = see_through.and_then(|number| palette.get_mut(usize::from(number))) {
        *colour = [0; 4];
    }
    palette
}
