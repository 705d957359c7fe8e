//! JPEG, made smaller by its own transform while it is read.

use image::{DynamicImage, GrayImage, RgbImage};
use jpeg_decoder::{CodingProcess, Decoder, PixelFormat};
use profile_ports::ImageFault;

use super::{
    Decoded, SIDE, colours,
    limits::{check_memory, check_pixels, unreadable},
    orientation,
};

/// The file up to its last pixel; one that is cut off is an error of the decoder.
pub(super) fn decode(picture: &[u8]) -> Result<Decoded, ImageFault> {
    let mut decoder = Decoder::new(picture);
    decoder.read_info().map_err(unreadable)?;
    let info = decoder.info().ok_or(ImageFault::Unreadable)?;
    check_pixels(info.width.into(), info.height.into())?;
    let kept = match info.coding_process {
        CodingProcess::DctSequential => 0,
        // Every coefficient is kept until the last scan.
        CodingProcess::DctProgressive => Frame::find(picture).map_or(u64::MAX, |frame| frame.coefficients()),
        CodingProcess::Lossless => return Err(ImageFault::Unreadable),
    };
    let side = u16::try_from(SIDE).unwrap_or(u16::MAX);
    let (width, height) = decoder.scale(side, side).map_err(unreadable)?;
    let decoded = u64::from(width) * u64::from(height) * info.pixel_format.pixel_bytes() as u64;
    // The planes of its colours, and the picture that is made of them.
    check_memory(kept.saturating_add(2 * decoded))?;
    let pixels = decoder.decode().map_err(unreadable)?;
    let profile = decoder.icc_profile();
    let orientation = orientation(decoder.exif_data());
    let (width, height) = (width.into(), height.into());
    match info.pixel_format {
        PixelFormat::CMYK32 => {
            let image = colours::inks_to_srgb(width, height, &pixels, profile.as_deref())?;
            Ok(Decoded { image, profile: None, orientation })
        }
        PixelFormat::L8 => {
            let image = GrayImage::from_raw(width, height, pixels).map(DynamicImage::from);
            Ok(Decoded { image: image.ok_or(ImageFault::Unreadable)?, profile, orientation })
        }
        PixelFormat::RGB24 => {
            let image = RgbImage::from_raw(width, height, pixels).map(DynamicImage::from);
            Ok(Decoded { image: image.ok_or(ImageFault::Unreadable)?, profile, orientation })
        }
        PixelFormat::L16 => Err(ImageFault::Unreadable),
    }
}

/// What a frame header says, which the decoder does not tell: how finely each component is sampled.
struct Frame {
    width: u64,
    height: u64,
    /// Blocks of each component in a unit, side by side and one below the other.
    sampling: Vec<(u64, u64)>,
}

impl Frame {
    /// The first frame header of a file.
    fn find(picture: &[u8]) -> Option<Self> {
        let mut rest = picture.get(2..)?;
        loop {
            rest = rest.get(rest.iter().position(|byte| *byte == 0xFF)?..)?;
            rest = rest.get(rest.iter().position(|byte| *byte != 0xFF)?..)?;
            let (marker, behind) = rest.split_first()?;
            if *marker == 0 {
                rest = behind;
                continue;
            }
            let (length, _) = behind.split_first_chunk()?;
            let segment = behind.get(..usize::from(u16::from_be_bytes(*length)))?;
            match marker {
                0xC4 | 0xC8 | 0xCC => {}
                0xC0..=0xCF => return Self::parse(segment.get(2..)?),
                _ => {}
            }
            rest = behind.get(segment.len()..)?;
        }
    }

    fn parse(header: &[u8]) -> Option<Self> {
        let ([_, h0, h1, w0, w1, count], components) = header.split_first_chunk()?;
        let side = |high, low| u64::from(u16::from_be_bytes([high, low]));
        let sampling = components.chunks_exact(3).take(usize::from(*count)).filter_map(|component| {
            let factors = *component.get(1)?;
            Some((u64::from(factors >> 4), u64::from(factors & 0x0F)))
        });
        Some(Self { width: side(*w0, *w1), height: side(*h0, *h1), sampling: sampling.collect() })
    }

    /// Bytes of all coefficients.
    fn coefficients(&self) -> u64 {
        let most =
            |factors: fn(&(u64, u64)) -> u64| self.sampling.iter().map(factors).max().unwrap_or(1).max(1);
        let (across, down) = (most(|factors| factors.0), most(|factors| factors.1));
        let units = self.width.div_ceil(8 * across) * self.height.div_ceil(8 * down);
        let blocks: u64 = self.sampling.iter().map(|(across, down)| across * down).sum();
        units * blocks * 64 * 2
    }
}
