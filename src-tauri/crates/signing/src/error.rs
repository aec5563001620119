/// Why something could not be read as an algorithm, a version or a set of parameters.
///
/// None of these echoes what was given: a person may have pasted a secret into the wrong place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text is neither `sha1` nor `sha256`.
    #[error("The signature algorithm is not known. Use sha1 or sha256.")]
    UnknownAlgorithm,
    /// The text or number is neither 1 nor 2.
    #[error("The signature version is not known. Use 1 or 2.")]
    UnknownVersion,
    /// A parameter holds an object, for which the service defines no signed text.
    #[error(
        "The parameter {name} holds an object. Write it as the text that is sent, for example JSON text."
    )]
    Nested {
        /// The parameter that holds it.
        name: String,
    },
}
