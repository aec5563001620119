//! Signatures as Cloudinary defines them: the string to sign, SHA-1 and SHA-256 over it, the check of a
//! response's own signature, the signature inside a delivery URL, and the policy of what may be signed at all.
//!
//! This crate is pure arithmetic. It must not know the network, files, the clock, or where a secret is kept:
//! the time and the secret are arguments.
//!
//! What a signature does *not* bind matters as much as what it does. It names no endpoint, no host, no
//! resource type and no file, and is good for an hour and for any number of calls. That is why [`policy`] exists.

mod canonical;
mod digest;
mod error;
mod params;
mod response;
mod scheme;
mod value;

pub mod delivery;
pub mod fuzz;
pub mod policy;

pub use canonical::{
    EXCLUDED, sign, sign_without_exclusions, string_to_sign, string_to_sign_without_exclusions,
};
pub use error::Error;
pub use params::Params;
pub use response::verify_response;
pub use scheme::{Algorithm, Scheme, Version};
pub use value::{Value, field_text};
