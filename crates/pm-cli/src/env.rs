//! Every environment variable that the binaries read, one constant each.
//!
//! An option on the command line wins over its variable; a variable wins over the default.

/// The directory in which processes are stored.
pub const DIR: &str = "PM_DIR";
/// The directory of the project to work in (the servers).
pub const PROJECT: &str = "PM_PROJECT";
/// The process to work in (`pm`).
pub const PROCESS: &str = "PM_PROCESS";
/// In whose name changes are made (`pm`).
pub const AS: &str = "PM_AS";
/// The database in which processes are stored, in place of a directory.
pub const STORE: &str = "PM_STORE";
/// The workspace in the database.
pub const WORKSPACE: &str = "PM_WORKSPACE";
/// How many connections there are to the database.
pub const STORE_CONNECTIONS: &str = "PM_STORE_CONNECTIONS";
/// How the changes of other servers over the database are found (`listen` or `poll`).
pub const FEED: &str = "PM_FEED";
/// A file that holds the password of the database.
pub const STORE_PASSWORD_FILE: &str = "PM_STORE_PASSWORD_FILE";
/// Use a database that may lose acknowledged changes (`true` or `false`).
pub const ALLOW_UNSAFE_DATABASE: &str = "PM_ALLOW_UNSAFE_DATABASE";
/// The tools to offer: a profile's name or a comma-separated list.
pub const TOOLS: &str = "PM_TOOLS";
/// Offer only tools that change nothing (`true` or `false`).
pub const READ_ONLY: &str = "PM_READ_ONLY";
/// A file of texts for models to read in the place of ours.
pub const DESCRIPTIONS: &str = "PM_DESCRIPTIONS";
/// The largest answer to one call (`32k`).
pub const ANSWER_LIMIT: &str = "PM_ANSWER_LIMIT";
/// How long a claimed task is left to the one who claimed it (`2h`).
pub const LEASE: &str = "PM_LEASE";
/// The directory below which code is written as files.
pub const EXPORT_DIR: &str = "PM_EXPORT_DIR";
/// Let models also write files with hidden names (`true` or `false`).
pub const EXPORT_HIDDEN: &str = "PM_EXPORT_HIDDEN";
/// What is logged: a level (`info`) or a filter (`rmcp=debug,warn`).
pub const LOG: &str = "PM_LOG";
/// How a log line is written (`text` or `json`).
pub const LOG_FORMAT: &str = "PM_LOG_FORMAT";
/// How long running calls may go on after the request to stop (`10s`).
pub const SHUTDOWN_GRACE: &str = "PM_SHUTDOWN_GRACE";

/// The address to listen on (HTTP).
pub const LISTEN: &str = "PM_LISTEN";
/// The access token itself (HTTP). There is no option for it: command lines are public.
pub const TOKEN: &str = "PM_TOKEN";
/// A file that holds the access token (HTTP).
pub const TOKEN_FILE: &str = "PM_TOKEN_FILE";
/// A file with a token for each caller (HTTP).
pub const TOKENS: &str = "PM_TOKENS";
/// The authorization server at which callers log in (HTTP).
pub const OAUTH_ISSUER: &str = "PM_OAUTH_ISSUER";
/// The address under which callers reach the server (HTTP).
pub const PUBLIC_URL: &str = "PM_PUBLIC_URL";
/// The claim of a token with the name of whoever has it (HTTP).
pub const OAUTH_NAME_CLAIM: &str = "PM_OAUTH_NAME_CLAIM";
/// Allow a network address without a token (HTTP; `true` or `false`).
pub const ALLOW_UNAUTHENTICATED: &str = "PM_ALLOW_UNAUTHENTICATED";
/// Further origins whose pages may call (HTTP), comma-separated.
pub const ALLOW_ORIGIN: &str = "PM_ALLOW_ORIGIN";
/// Further names under which the server is reached (HTTP), comma-separated.
pub const ALLOW_HOST: &str = "PM_ALLOW_HOST";
/// Answer nothing at `/` (HTTP; `true` or `false`).
pub const NO_WEB: &str = "PM_NO_WEB";
/// Open the pages in a browser (HTTP; `true` or `false`).
pub const OPEN: &str = "PM_OPEN";
/// The largest request body (HTTP).
pub const MAX_BODY: &str = "PM_MAX_BODY";
/// The most values in a request body, names of members counted as well, lists, objects and long texts twice (HTTP).
pub const MAX_VALUES: &str = "PM_MAX_VALUES";
/// All large request bodies together (HTTP).
pub const MAX_BODIES: &str = "PM_MAX_BODIES";
/// How many sessions are kept (HTTP).
pub const MAX_SESSIONS: &str = "PM_MAX_SESSIONS";
/// How many connections are served at once (HTTP).
pub const MAX_CONNECTIONS: &str = "PM_MAX_CONNECTIONS";
/// How long a request's header may take (HTTP).
pub const HEADER_TIMEOUT: &str = "PM_HEADER_TIMEOUT";
/// How long a request's body may take (HTTP).
pub const BODY_TIMEOUT: &str = "PM_BODY_TIMEOUT";
/// How long a client may leave an answer unread (HTTP).
pub const SEND_TIMEOUT: &str = "PM_SEND_TIMEOUT";
/// The address of the server that the health check asks (HTTP).
pub const HEALTH_URL: &str = "PM_HEALTH_URL";
