// SPDX-License-Identifier: Apache-2.0

//! What every service does the same way: logs, metrics, configuration files, a graceful end.
//!
//! | module | is for |
//! |---|---|
//! | [`load_config`] | a TOML file; an error names file, line and key |
//! | [`duration`] | durations in such a file, as `"500ms"`, `"2s"`, `"1m"` |
//! | [`Shutdown`] | the wish to end: by a signal, or by the program itself |
//! | [`logs`] | logs to standard error, for people or as JSON |
//! | [`metrics`] | `GET /metrics` and `GET /health` |
//! | [`read_secret`] | a secret from a file that only its owner can read |

mod config;
pub mod duration;
pub mod logs;
pub mod metrics;
mod secret;
mod shutdown;

pub use config::{ConfigError, load_config, parse_config};
pub use secret::{SecretFileError, read_secret};
pub use shutdown::{Shutdown, Trigger};
