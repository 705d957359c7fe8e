//! PNG, made smaller row by row while it is read.

use std::io::Cursor;

use moxcms::{CicpProfile, ColorProfile};
use png::{ColorType, Decoder, Info, Limits, Reader, Transformations};
use profile_ports::ImageFault;

use super::{
    Decoded,
    limits::{check_memory, check_pixels, unreadable},
    orientation,
    shrink::Shrink,
};

/// Most bytes of what a file says besides its pixels.
const MOST_METADATA: usize = 8 * 1024 * 1024;
/// Rows that the decoder holds at once, as they are in the file.
const ROWS: u64 = 3;

/// For each pass of an interlaced picture: where its pixels begin, and how far apart they are.
const PASSES: [Pass; 7] = [
    Pass { x: 0, y: 0, step_x: 8, step_y: 8 },
    Pass { x: 4, y: 0, step_x: 8, step_y: 8 },
    Pass { x: 0, y: 4, step_x: 4, step_y: 8 },
    Pass { x: 2, y: 0, step_x: 4, step_y: 4 },
    Pass { x: 0, y: 2, step_x: 2, step_y: 4 },
    Pass { x: 1, y: 0, step_x: 2, step_y: 2 },
    Pass { x: 0, y: 1, step_x: 1, step_y: 2 },
];
const WHOLE: [Pass; 1] = [Pass { x: 0, y: 0, step_x: 1, step_y: 1 }];

#[derive(Clone, Copy)]
struct Pass {
    x: u32,
    y: u32,
    step_x: u32,
    step_y: u32,
}

/// The file up to its last pixel.
pub(super) fn decode(picture: &[u8]) -> Result<Decoded, ImageFault> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(picture), Limits { bytes: MOST_METADATA });
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    decoder.set_ignore_text_chunk(true);
    let header = decoder.read_header_info().map_err(unreadable)?;
    let (width, height) = (header.width, header.height);
    check_pixels(width, height)?;
    check_memory(ROWS * header.raw_row_length() as u64 + u64::from(width) * 4)?;
    let mut reader = decoder.read_info().map_err(unreadable)?;
    let channels = match reader.output_color_type().0 {
        ColorType::Grayscale => 1,
        ColorType::GrayscaleAlpha => 2,
        ColorType::Rgb => 3,
        ColorType::Rgba => 4,
        ColorType::Indexed => return Err(ImageFault::Unreadable),
    };
    let profile = profile(reader.info());
    let orientation = orientation(reader.info().exif_metadata.as_deref());
    let mut shrink = Shrink::new(width, height, channels);
    let passes: &[Pass] = if reader.info().interlaced { &PASSES } else { &WHOLE };
    for pass in passes {
        // A pass without columns has no rows either.
        if pass.x < width {
            read_pass(&mut reader, *pass, height, &mut shrink)?;
        }
    }
    Ok(Decoded { image: shrink.finish()?, profile, orientation })
}

fn read_pass(
    reader: &mut Reader<Cursor<&[u8]>>,
    pass: Pass,
    height: u32,
    shrink: &mut Shrink,
) -> Result<(), ImageFault> {
    let mut y = pass.y;
    while y < height {
        let row = reader.next_row().map_err(unreadable)?.ok_or(ImageFault::Unreadable)?;
        shrink.add(y, pass.x, pass.step_x, row.data());
        y += pass.step_y;
    }
    Ok(())
}

/// The profile of its colours: by numbers of a standard, which go before an embedded one.
fn profile(info: &Info<'_>) -> Option<Vec<u8>> {
    let by_number = info.coding_independent_code_points.as_ref().and_then(|points| {
        let numbers = CicpProfile {
            color_primaries: points.color_primaries.try_into().ok()?,
            transfer_characteristics: points.transfer_function.try_into().ok()?,
            matrix_coefficients: points.matrix_coefficients.try_into().ok()?,
            full_range: points.is_video_full_range_image,
        };
        ColorProfile::new_from_cicp(numbers).encode().ok()
    });
    by_number.or_else(|| info.icc_profile.as_deref().map(<[u8]>::to_vec))
}
