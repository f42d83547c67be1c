//! Pictures of strangers, drawn anew: what was sent is never served.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, ImageResult, Limits};

/// Sides of what is served; a phone shows an avatar at a quarter of that.
const SIDE: u32 = 512;
/// Sides of what is read. A photo of 50 megapixels has 8,160.
const LONGEST_SIDE: u32 = 8_192;
/// Memory for one picture: 40 megapixels in three colours. A small file can unfold to anything.
const MOST_BYTES: u64 = 128 << 20;
/// Of 100: above it files grow and nobody sees why.
const QUALITY: u8 = 85;

/// A picture of ours.
#[derive(Debug)]
pub(crate) struct Picture {
    pub(crate) bytes: Vec<u8>,
    /// `jpg`, or `png` for one with transparent parts.
    pub(crate) extension: &'static str,
}

/// Draws a JPEG, PNG or WebP anew: upright, at most 512 pixels wide and high, with nothing of the file
/// but its pixels (no place, no camera, no code behind the end). What it is says its content, not its
/// name. `None` for everything else.
pub(crate) fn redraw(bytes: &[u8]) -> Option<Picture> {
    let image = read(bytes).ok().flatten()?;
    let is_large = image.width() > SIDE || image.height() > SIDE;
    let image = if is_large { image.thumbnail(SIDE, SIDE) } else { image };
    write(&image).ok()
}

fn read(bytes: &[u8]) -> ImageResult<Option<DynamicImage>> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    let known = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP];
    if !reader.format().is_some_and(|format| known.contains(&format)) {
        return Ok(None);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    if decoder.total_bytes() > MOST_BYTES {
        return Ok(None);
    }
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    Ok(Some(image))
}

fn write(image: &DynamicImage) -> ImageResult<Picture> {
    let mut bytes = Cursor::new(Vec::new());
    let extension = if image.color().has_alpha() {
        image.to_rgba8().write_to(&mut bytes, ImageFormat::Png)?;
        "png"
    } else {
        image.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY))?;
        "jpg"
    };
    Ok(Picture { bytes: bytes.into_inner(), extension })
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage, Rgba, RgbaImage};

    use super::*;

    fn file(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn red(width: u32, height: u32) -> DynamicImage {
        RgbImage::from_pixel(width, height, Rgb([200, 10, 10])).into()
    }

    fn drawn(picture: &Picture) -> DynamicImage {
        image::load_from_memory(&picture.bytes).unwrap()
    }

    #[test]
    fn a_large_picture_becomes_small_and_keeps_its_shape() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let picture = redraw(&file(&red(1_600, 800), format)).unwrap();

            assert_eq!(picture.extension, "jpg", "{format:?}");
            assert_eq!((drawn(&picture).width(), drawn(&picture).height()), (512, 256));
        }
    }

    #[test]
    fn a_small_one_is_not_blown_up_and_a_transparent_one_stays_so() {
        let image = RgbaImage::from_pixel(20, 30, Rgba([1, 2, 3, 0]));

        let picture = redraw(&file(&image.into(), ImageFormat::Png)).unwrap();

        assert_eq!(picture.extension, "png");
        assert_eq!(drawn(&picture).to_rgba8().dimensions(), (20, 30));
        assert_eq!(drawn(&picture).to_rgba8().get_pixel(0, 0).0[3], 0);
    }

    /// An EXIF block that says: turn by 90 degrees, and taken at a place.
    fn photo_with_exif() -> Vec<u8> {
        let tiff =
            b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0GPS-51.1N";
        let plain = file(&red(40, 20), ImageFormat::Jpeg);
        let length = u16::try_from(tiff.len() + 2).unwrap().to_be_bytes();
        [&plain[..2], &[0xff, 0xe1], &length, tiff, &plain[2..]].concat()
    }

    #[test]
    fn a_photo_is_turned_upright_and_loses_where_it_was_taken() {
        let photo = photo_with_exif();
        assert!(photo.windows(3).any(|bytes| bytes == b"GPS"));

        let picture = redraw(&photo).unwrap();

        assert_eq!((drawn(&picture).width(), drawn(&picture).height()), (20, 40));
        assert!(!picture.bytes.windows(3).any(|bytes| bytes == b"GPS"));
    }

    #[test]
    fn what_hides_behind_the_end_of_a_picture_is_gone() {
        let mut file = file(&red(10, 10), ImageFormat::Png);
        file.extend_from_slice(b"<script>alert(1)</script>");

        let picture = redraw(&file).unwrap();

        assert!(!picture.bytes.windows(7).any(|bytes| bytes == b"<script"));
    }

    #[test]
    fn what_is_no_picture_is_refused_whatever_it_is_called() {
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>";
        let half = &file(&red(400, 400), ImageFormat::Png)[..200];
        let gif = b"GIF89a\x01\0\x01\0\0\0\0;";
        for bytes in [&svg[..], b"", b"MZ\x90\0", half, gif, b"\x89PNG\r\n\x1a\n"] {
            assert!(redraw(bytes).is_none(), "{:?}", &bytes[..bytes.len().min(8)]);
        }
    }

    #[test]
    fn a_small_file_that_unfolds_to_much_is_refused_before_it_does() {
        let mut bomb = file(&red(1, 1), ImageFormat::Png);
        // Width and height of the PNG's head, and its checksum.
        bomb[16..20].copy_from_slice(&100_000_u32.to_be_bytes());
        bomb[20..24].copy_from_slice(&100_000_u32.to_be_bytes());
        let checksum = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&checksum.to_be_bytes());

        assert!(redraw(&bomb).is_none());
    }

    /// PNG's checksum (ISO 3309), bit by bit.
    fn crc(bytes: &[u8]) -> u32 {
        let step = |crc: u32, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
    }
}
