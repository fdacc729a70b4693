// SPDX-License-Identifier: Apache-2.0

//! A folder or an operator, as the command line says it.

use crate::operator::client_of;
use std::{fmt, path::PathBuf, str::FromStr};

/// Where a prover gets blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlockPlace {
	/// In a folder.
	Folder(PathBuf),
	/// From the operator at this address, with whom proofs are shared, too.
	Operator(String),
}

/// Why a text names no place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
	/// It is empty.
	#[error("neither a folder nor an operator's address, such as http://127.0.0.1:9900")]
	Empty,
	/// It looks like an address and is none.
	#[error("{0}")]
	Address(String),
}

impl FromStr for BlockPlace {
	type Err = PlaceError;

	/// Whatever has `://` in it is an address, everything else a folder.
	fn from_str(text: &str) -> Result<Self, PlaceError> {
		if text.is_empty() {
			return Err(PlaceError::Empty);
		}
		if !text.contains("://") {
			return Ok(Self::Folder(text.into()));
		}
		client_of(text).map_err(|error| PlaceError::Address(error.to_string()))?;
		Ok(Self::Operator(text.to_owned()))
	}
}

impl fmt::Display for BlockPlace {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Folder(folder) => folder.display().fmt(f),
			Self::Operator(url) => f.write_str(url),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_folder_and_an_operator_should_be_told_apart() {
		for folder in ["blocks", "/var/lib/ligature/blocks", "./http:/blocks"] {
			assert_eq!(folder.parse(), Ok(BlockPlace::Folder(folder.into())));
		}
		for url in ["http://127.0.0.1:9900", "ws://127.0.0.1:9900", "http://[::1]:9900/prover"] {
			let place: BlockPlace = url.parse().unwrap();
			assert_eq!(place, BlockPlace::Operator(url.into()));
			assert_eq!(place.to_string(), url);
		}
	}

	#[test]
	fn what_is_neither_should_be_refused() {
		assert_eq!("".parse::<BlockPlace>(), Err(PlaceError::Empty));
		for url in ["file:///blocks", "http://"] {
			let error = url.parse::<BlockPlace>().unwrap_err();
			assert!(matches!(error, PlaceError::Address(_)), "{error}");
			assert!(error.to_string().contains(url), "{error}");
		}
	}
}
