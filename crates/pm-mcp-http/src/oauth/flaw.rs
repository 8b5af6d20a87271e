//! Why a token is of no use: what is wrong with it, in words for its client.

/// Why a token is of no use. The words are for headers as well: letters, no quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// It is no JWT, or signed in a way that is not taken.
    #[error("it is no JWT that is signed with an asymmetric algorithm")]
    Form,
    /// It is of a kind that is no access token.
    #[error("it is a JWT of another kind")]
    Kind,
    /// No key of the authorization server has signed it.
    #[error("the authorization server has no such key")]
    Key,
    /// The signature is of something else.
    #[error("its signature is wrong")]
    Signature,
    /// Another has issued it.
    #[error("it is of another issuer")]
    Issuer,
    /// It is for another server.
    #[error("it is for another audience")]
    Audience,
    /// It is over.
    #[error("it has expired")]
    Expired,
    /// It is not time yet.
    #[error("it is not valid yet")]
    Early,
    /// It lacks a claim that each token must have.
    #[error("it lacks the claim {0}")]
    Lacks(&'static str),
    /// The claim that holds the name is missing, or what it holds is no name.
    #[error("its claim for the name is none")]
    Name,
    /// The claim that says which processes it is for is not understood.
    #[error("its claim pm_processes is no list of names of processes")]
    Processes,
    /// The workspace is no text.
    #[error("its claim pm_workspace is no name")]
    Workspace,
}
