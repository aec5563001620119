//! What a passphrase protects: the head that the vault file and a backup have in common, the key
//! that a passphrase makes with it, and the sealing of bytes under that key.
//!
//! The head is, in this order, all numbers little-endian:
//!
//! | bytes | what |
//! |---|---|
//! | 8 | magic, which kind of file this is |
//! | 2 | format of the file |
//! | 1 | key derivation: 1 is Argon2id, version 0x13 |
//! | 4 + 4 + 4 | memory in KiB, passes, lanes |
//! | 16 | salt |
//! | 16 | key check |
//! | 8 | checksum: SHA-256 of all before it, cut |
//!
//! Argon2id gives 64 bytes. The first half is the key of XChaCha20-Poly1305; the key check is the
//! cut SHA-256 of the second half, so a wrong passphrase is known without opening anything. The
//! whole head is associated data of everything that is sealed.
//!
//! What this tells apart: a head with a wrong checksum is damaged; a sound head whose key check
//! does not fit is a wrong passphrase; what does not open under a key that fits is damaged. Somebody
//! who writes a head on purpose can make a right passphrase look wrong, but can make nothing open.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// What the key of a passphrase costs to make.
///
/// The default is Argon2id with 64 MiB, three passes, one lane. That is the memory and the number
/// of passes of the second recommended option of RFC 9106, section 4, and well above the 19 MiB and
/// two passes that OWASP's Password Storage Cheat Sheet names as the least. One lane instead of
/// four: lanes are computed one after the other here, and would run side by side only for an
/// attacker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KdfCost {
    /// KiB of memory, at least 8 for each lane.
    pub memory_kib: u32,
    /// How often the memory is gone over.
    pub passes: u32,
    /// Lanes that can be computed side by side.
    pub lanes: u32,
}

impl Default for KdfCost {
    fn default() -> Self {
        Self {
            memory_kib: 64 * 1024,
            passes: 3,
            lanes: 1,
        }
    }
}

impl KdfCost {
    /// The most that a file may ask for: 1 GiB, and 4 GiB gone over in all.
    const MOST_MEMORY_KIB: u32 = 1024 * 1024;
    const MOST_WORK_KIB: u64 = 4 * 1024 * 1024;
    const MOST_LANES: u32 = 16;

    /// The least that Argon2 takes. For tests: it protects nothing.
    #[must_use]
    pub fn for_tests() -> Self {
        Self {
            memory_kib: 8,
            passes: 1,
            lanes: 1,
        }
    }

    fn params(self) -> Result<Params, EnvelopeError> {
        let work = u64::from(self.memory_kib) * u64::from(self.passes);
        let fits = self.memory_kib <= Self::MOST_MEMORY_KIB
            && work <= Self::MOST_WORK_KIB
            && self.lanes <= Self::MOST_LANES;
        if !fits {
            return Err(EnvelopeError::TooCostly {
                memory_kib: self.memory_kib,
                passes: self.passes,
                lanes: self.lanes,
            });
        }
        Params::new(self.memory_kib, self.passes, self.lanes, Some(MADE)).map_err(|_| {
            EnvelopeError::Damaged {
                what: "its key derivation has impossible numbers",
            }
        })
    }
}

/// Why a file cannot be opened or made. It holds nothing of what the file holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// The file begins otherwise: it is of another kind.
    #[error("This is not a file of this kind from Aloft")]
    NotOurs,
    /// A newer version wrote it.
    #[error(
        "The file was written by a newer version of Aloft (format {found}, this version knows {known}). Update Aloft"
    )]
    NewerFormat {
        /// The format of the file.
        found: u16,
        /// The newest format this version reads.
        known: u16,
    },
    /// The file is not as it was written.
    #[error("The file is damaged: {what}")]
    Damaged {
        /// What is wrong, as half a sentence.
        what: &'static str,
    },
    /// The file asks for more memory or time than any file of ours.
    #[error(
        "The file asks for {memory_kib} KiB of memory, {passes} passes and {lanes} lanes, more than Aloft ever uses. It may have been made to stop this computer"
    )]
    TooCostly {
        /// KiB of memory.
        memory_kib: u32,
        /// Passes.
        passes: u32,
        /// Lanes.
        lanes: u32,
    },
    /// The passphrase is not the one of this file.
    #[error("The passphrase is not the one of this file")]
    WrongPassphrase,
    /// A passphrase of no characters protects nothing.
    #[error("The passphrase is empty")]
    EmptyPassphrase,
    /// The system gave no memory, or no randomness.
    #[error("The system could not provide what is needed: {what}")]
    System {
        /// What was missing.
        what: &'static str,
    },
}

const SALT: usize = 16;
const CHECK: usize = 16;
const SUM: usize = 8;
const KEY: usize = 32;
const MADE: usize = 64;
const NONCE: usize = 24;
const TAG: usize = 16;
const ARGON2ID: u8 = 1;

/// Which kind of file it is, and the newest format of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    pub(crate) magic: [u8; 8],
    pub(crate) format: u16,
}

/// A head, checked. Two are equal when the same passphrase makes the same key of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    bytes: [u8; Self::LEN],
    cost: KdfCost,
}

impl Head {
    pub(crate) const LEN: usize = 8 + 2 + 1 + 12 + SALT + CHECK + SUM;
    const SALT_AT: usize = 23;
    const CHECK_AT: usize = Self::SALT_AT + SALT;
    const SUM_AT: usize = Self::CHECK_AT + CHECK;

    /// Reads the head, and gives what comes behind it.
    pub(crate) fn read(file: &[u8], kind: Kind) -> Result<(Self, &[u8]), EnvelopeError> {
        let damaged = |what| EnvelopeError::Damaged { what };
        if !file.starts_with(&kind.magic) {
            return Err(EnvelopeError::NotOurs);
        }
        let Some((bytes, rest)) = file.split_first_chunk::<{ Self::LEN }>() else {
            return Err(damaged("it ends within its head"));
        };
        // A newer format may have another head, so this is looked at before the checksum.
        let format = u16::from_le_bytes([bytes[8], bytes[9]]);
        if format > kind.format {
            return Err(EnvelopeError::NewerFormat {
                found: format,
                known: kind.format,
            });
        }
        if bytes[Self::SUM_AT..] != sum(&bytes[..Self::SUM_AT]) {
            return Err(damaged("its head does not fit its checksum"));
        }
        if format == 0 || bytes[10] != ARGON2ID {
            return Err(damaged("its format or key derivation is unknown"));
        }
        let number = |at: usize| {
            u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        let cost = KdfCost {
            memory_kib: number(11),
            passes: number(15),
            lanes: number(19),
        };
        cost.params()?;
        let head = Self {
            bytes: *bytes,
            cost,
        };
        Ok((head, rest))
    }

    /// A new head with a new salt, and its key. Takes as long as `cost` says.
    pub(crate) fn make(
        kind: Kind,
        cost: KdfCost,
        passphrase: &SecretString,
    ) -> Result<(Self, Key), EnvelopeError> {
        if passphrase.expose_secret().is_empty() {
            return Err(EnvelopeError::EmptyPassphrase);
        }
        let mut bytes = [0; Self::LEN];
        bytes[..8].copy_from_slice(&kind.magic);
        bytes[8..10].copy_from_slice(&kind.format.to_le_bytes());
        bytes[10] = ARGON2ID;
        bytes[11..15].copy_from_slice(&cost.memory_kib.to_le_bytes());
        bytes[15..19].copy_from_slice(&cost.passes.to_le_bytes());
        bytes[19..23].copy_from_slice(&cost.lanes.to_le_bytes());
        random(&mut bytes[Self::SALT_AT..Self::CHECK_AT])?;
        let (key, check) = derive(passphrase, cost, &bytes[Self::SALT_AT..Self::CHECK_AT])?;
        bytes[Self::CHECK_AT..Self::SUM_AT].copy_from_slice(&check);
        let checksum = sum(&bytes[..Self::SUM_AT]);
        bytes[Self::SUM_AT..].copy_from_slice(&checksum);
        Ok((Self { bytes, cost }, key))
    }

    /// The key that a passphrase makes with this head. Takes as long as the head says.
    pub(crate) fn key(&self, passphrase: &SecretString) -> Result<Key, EnvelopeError> {
        let salt = &self.bytes[Self::SALT_AT..Self::CHECK_AT];
        let (key, check) = derive(passphrase, self.cost, salt)?;
        // Nobody measures this: whoever can call it has the file, and with it the key check.
        if check == self.bytes[Self::CHECK_AT..Self::SUM_AT] {
            Ok(key)
        } else {
            Err(EnvelopeError::WrongPassphrase)
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// The key of one head. Wiped when it is dropped.
pub(crate) struct Key(SecretBox<[u8; KEY]>);

impl Key {
    /// Seals `plain`: a random nonce, the cipher's text, its tag.
    pub(crate) fn seal(&self, bound_to: &[u8], plain: &[u8]) -> Result<Vec<u8>, EnvelopeError> {
        let mut sealed = vec![0; NONCE];
        random(&mut sealed)?;
        let mut nonce = XNonce::default();
        nonce.copy_from_slice(&sealed);
        let payload = Payload {
            msg: plain,
            aad: bound_to,
        };
        let text = self
            .cipher()
            .encrypt(&nonce, payload)
            .map_err(|_| EnvelopeError::System {
                what: "the text is too long for the cipher",
            })?;
        sealed.extend_from_slice(&text);
        Ok(sealed)
    }

    /// Opens what [`Key::seal`] made with the same `bound_to`.
    pub(crate) fn open(
        &self,
        bound_to: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
        let damaged = |what| EnvelopeError::Damaged { what };
        let Some((start, text)) = sealed.split_first_chunk::<NONCE>() else {
            return Err(damaged("a sealed part is too short"));
        };
        let mut nonce = XNonce::default();
        nonce.copy_from_slice(start);
        let payload = Payload {
            msg: text,
            aad: bound_to,
        };
        self.cipher()
            .decrypt(&nonce, payload)
            .map(Zeroizing::new)
            .map_err(|_| damaged("a sealed part was changed"))
    }

    /// The length of what [`Key::seal`] makes of nothing.
    pub(crate) const fn least() -> usize {
        NONCE + TAG
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.0.expose_secret().into())
    }
}

fn derive(
    passphrase: &SecretString,
    cost: KdfCost,
    salt: &[u8],
) -> Result<(Key, [u8; CHECK]), EnvelopeError> {
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, cost.params()?);
    let mut made = Zeroizing::new([0_u8; MADE]);
    argon
        .hash_password_into(passphrase.expose_secret().as_bytes(), salt, &mut *made)
        .map_err(|_| EnvelopeError::System {
            what: "memory for the key derivation",
        })?;
    let key = SecretBox::init_with_mut(|key: &mut [u8; KEY]| key.copy_from_slice(&made[..KEY]));
    let hash = Sha256::digest(&made[KEY..]);
    let mut check = [0; CHECK];
    check.copy_from_slice(&hash[..CHECK]);
    Ok((Key(key), check))
}

fn sum(bytes: &[u8]) -> [u8; SUM] {
    let hash = Sha256::digest(bytes);
    let mut sum = [0; SUM];
    sum.copy_from_slice(&hash[..SUM]);
    sum
}

fn random(bytes: &mut [u8]) -> Result<(), EnvelopeError> {
    getrandom::fill(bytes).map_err(|_| EnvelopeError::System { what: "randomness" })
}
