//! Makes a picture small while its rows arrive, in any order: blocks of pixels become one, their average.

use image::{DynamicImage, GrayAlphaImage, GrayImage, RgbImage, RgbaImage};
use profile_ports::ImageFault;

use super::SIDE;

/// Pixels on the longer side from which on a picture is made smaller: twice those of a rendition, so that the last step
/// of the way still has pixels to choose from.
const LONGER_SIDE: u32 = 2 * SIDE;

/// A picture of 8 bits per channel on its way in. What no row covers is see-through.
pub(super) struct Shrink {
    width: u32,
    height: u32,
    /// Pixels on each side of a block.
    factor: u32,
    channels: usize,
    /// Sums of the blocks, row by row. Where there is transparency, a colour counts as much as it is seen. A block has
    /// fewer than 2^16 pixels, as a picture has at most 50 million and, if its blocks are that large, 900 of them at least.
    sums: Vec<u32>,
}

impl Shrink {
    /// A picture of these sides with 1 (grey), 2 (grey and alpha), 3 (RGB) or 4 (RGB and alpha) channels.
    pub(super) fn new(width: u32, height: u32, channels: usize) -> Self {
        let factor = width.max(height).div_ceil(LONGER_SIDE).max(1);
        let cells = width.div_ceil(factor) as usize * height.div_ceil(factor) as usize;
        Self { width, height, factor, channels, sums: vec![0; cells * channels] }
    }

    /// Adds pixels of row `y`, of which the first is at `x` and each other one `step` further.
    pub(super) fn add(&mut self, y: u32, x: u32, step: u32, pixels: &[u8]) {
        let (factor, channels) = (self.factor, self.channels);
        let cells = self.width.div_ceil(factor) as usize * channels;
        let begin = (y / factor) as usize * cells;
        let Some(row) = self.sums.get_mut(begin..begin + cells) else { return };
        let mut at = x;
        for pixel in pixels.chunks_exact(channels) {
            let cell = (at / factor) as usize * channels;
            if let Some(cell) = row.get_mut(cell..cell + channels) {
                add_pixel(cell, pixel);
            }
            at = at.saturating_add(step);
        }
    }

    /// The small picture.
    pub(super) fn finish(self) -> Result<DynamicImage, ImageFault> {
        let Self { width, height, factor, channels, sums } = self;
        let (columns, rows) = (width.div_ceil(factor), height.div_ceil(factor));
        let mut bytes = Vec::with_capacity(sums.len());
        let mut cells = sums.chunks_exact(channels);
        for row in 0..rows {
            let block_height = factor.min(height - row * factor);
            for (column, cell) in (0..columns).zip(&mut cells) {
                average(cell, block_height * factor.min(width - column * factor), &mut bytes);
            }
        }
        let image = match channels {
            1 => GrayImage::from_raw(columns, rows, bytes).map(DynamicImage::from),
            2 => GrayAlphaImage::from_raw(columns, rows, bytes).map(DynamicImage::from),
            3 => RgbImage::from_raw(columns, rows, bytes).map(DynamicImage::from),
            _ => RgbaImage::from_raw(columns, rows, bytes).map(DynamicImage::from),
        };
        image.ok_or(ImageFault::Unreadable)
    }
}

fn add_pixel(cell: &mut [u32], pixel: &[u8]) {
    match (cell, pixel) {
        ([sum, alpha_sum], &[grey, alpha]) => {
            *sum += u32::from(grey) * u32::from(alpha);
            *alpha_sum += u32::from(alpha);
        }
        ([red_sum, green_sum, blue_sum, alpha_sum], &[red, green, blue, alpha]) => {
            let seen = u32::from(alpha);
            *red_sum += u32::from(red) * seen;
            *green_sum += u32::from(green) * seen;
            *blue_sum += u32::from(blue) * seen;
            *alpha_sum += seen;
        }
        (cell, pixel) => {
            for (sum, value) in cell.iter_mut().zip(pixel) {
                *sum += u32::from(*value);
            }
        }
    }
}

/// Appends the average of a block of `pixels`.
fn average(cell: &[u32], pixels: u32, bytes: &mut Vec<u8>) {
    let mut put = |sum: u32, count: u32| {
        let rounded = (u64::from(sum) + u64::from(count) / 2).checked_div(u64::from(count)).unwrap_or(0);
        bytes.push(u8::try_from(rounded).unwrap_or(u8::MAX));
    };
    match cell {
        [sums @ .., alpha] if cell.len().is_multiple_of(2) => {
            for sum in sums {
                put(*sum, *alpha);
            }
            put(*alpha, pixels);
        }
        sums => {
            for sum in sums {
                put(*sum, pixels);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_become_their_average_in_any_order_of_rows() {
        let mut shrink = Shrink::new(2049, 3, 1);
        for y in [2, 0, 1] {
            shrink.add(y, 0, 1, &[90; 2049]);
        }
        let small = shrink.finish().unwrap();
        assert_eq!((small.width(), small.height()), (683, 1));
        assert!(small.to_luma8().pixels().all(|pixel| pixel.0 == [90]));
    }

    #[test]
    fn what_is_not_seen_does_not_count_and_what_never_came_is_not_seen() {
        let mut shrink = Shrink::new(2048, 2, 4);
        shrink.add(0, 0, 1, &[255, 0, 0, 255, 0, 255, 0, 0]);
        let small = shrink.finish().unwrap().to_rgba8();
        assert_eq!(small.get_pixel(0, 0).0, [255, 0, 0, 64]);
        assert_eq!(small.get_pixel(1, 0).0, [0, 0, 0, 0]);
    }

    #[test]
    fn the_largest_block_does_not_overflow() {
        let mut shrink = Shrink::new(200_000, 250, 4);
        let row = vec![255; 4 * 200_000];
        for y in 0..250 {
            shrink.add(y, 0, 1, &row);
        }
        assert!(shrink.finish().unwrap().to_rgba8().pixels().all(|pixel| pixel.0 == [255; 4]));
    }
}
