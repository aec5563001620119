//! Sounds that begin with their first frame, without a mark in front of it.

/// MP3 without a tag, and AAC: a frame's head has fields that say nothing else, and the next frame, where it is near enough
/// to be seen, begins where the first one ends.
pub(super) fn is_frame(head: &[u8]) -> bool {
    let Some(&[0xFF, second, third, fourth, fifth, sixth]) = head.first_chunk::<6>() else {
        return false;
    };
    let length = match second {
        // ADTS: no layer, and the length of the frame
        0xF0 | 0xF1 | 0xF8 | 0xF9 if third >> 2 & 0xF < 13 => {
            usize::from(fourth & 3) << 11 | usize::from(fifth) << 3 | usize::from(sixth >> 5)
        }
        _ => length_of_mp3(second, third),
    };
    let next = head.get(length..length + 2);
    length > 6 && next.is_none_or(|next| next[0] == 0xFF && next[1] & 0xFE == second & 0xFE)
}

/// Bytes of a frame of MPEG audio layer III with this head; 0 where it is none.
fn length_of_mp3(second: u8, third: u8) -> usize {
    const FIRST: [usize; 15] = [
        0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
    ];
    const OTHER: [usize; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    const HERTZ: [usize; 3] = [44_100, 48_000, 32_000];
    // version 1, 2 or 2.5
    let (rates, samples, slower) = match second & 0xFE {
        0xFA => (FIRST, 144_000, 1),
        0xF2 => (OTHER, 72_000, 2),
        0xE2 => (OTHER, 72_000, 4),
        _ => return 0,
    };
    let rate = rates.get(usize::from(third >> 4)).copied().unwrap_or(0);
    match HERTZ.get(usize::from(third >> 2 & 3)) {
        Some(hertz) if rate > 0 => rate * samples / (hertz / slower) + usize::from(third >> 1 & 1),
        Some(_) | None => 0,
    }
}
