//! Chance that is the same for the same seed.

/// Numbers that look random and are the same for the same seed (splitmix64).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from `from` to below `to`.
    pub(crate) fn within(&mut self, from: u64, to: u64) -> u64 {
        from + self.next() % (to - from)
    }

    pub(crate) fn once_in(&mut self, times: u64) -> bool {
        self.next().is_multiple_of(times)
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(length + 8);
        while bytes.len() < length {
            bytes.extend_from_slice(&self.next().to_le_bytes());
        }
        bytes.truncate(length);
        bytes
    }

    /// Letters: of what is no picture, only text is known to tell no place.
    pub(crate) fn text(&mut self, length: usize) -> Vec<u8> {
        let letters = self.bytes(length).into_iter();
        letters.map(|byte| b'a' + byte % 26).collect()
    }

    /// A picture of one pixel, with something of its own behind the end that no decoder reads.
    pub(crate) fn picture(&mut self) -> Vec<u8> {
        let mut picture = b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde\x00\x00\x00\x0cIDATx\x9cc\xe0\xce\x8e\x05\x00\x01X\x00\xd4\x07t\x17\xb7\x00\x00\x00\x00IEND\xaeB`\x82".to_vec();
        picture.extend(self.bytes(100));
        picture
    }
}
