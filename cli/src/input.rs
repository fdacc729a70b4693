// SPDX-License-Identifier: Apache-2.0

//! Reading what users write: words, bytes, and things of a fixed length.

use std::io::{self, Read};

use ligature_primitives::poseidon::{Word, word_from_bytes, word_to_bytes};
use primitive_types::U256;
use zeroize::Zeroizing;

use crate::failure::Failure;

/// Stands for "read it from standard input".
const STDIN: &str = "-";

/// A word: an integer below the order of the field, decimal, or hexadecimal after `0x`.
pub fn word(text: &str) -> Result<Word, Failure> {
	let parsed = match text.strip_prefix("0x") {
		Some(digits) => U256::from_str_radix(digits, 16).ok().filter(|_| is_hex(digits)),
		None => U256::from_dec_str(text).ok().filter(|_| !text.is_empty()),
	};
	let bytes = parsed.map(|integer| integer.to_little_endian());
	let help = "a word is an integer, decimal or hexadecimal after 0x, below the order of the field \
		0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";
	let bytes = bytes.ok_or_else(|| {
		Failure::input(format!("`{text}` is not an integer of at most 256 bits"), help)
	})?;
	word_from_bytes(&bytes)
		.map_err(|_| Failure::input(format!("{text} is not below the order of the field"), help))
}

/// A word as `0x` and 64 digits, the highest first.
pub fn show_word(word: &Word) -> String {
	let mut bytes = word_to_bytes(word);
	bytes.reverse();
	format!("0x{}", hex::encode(bytes))
}

/// Hexadecimal digits with or without `0x` before them; `-` reads them from standard input.
/// `what` names the value in the error.
pub fn bytes(text: &str, what: &str) -> Result<Vec<u8>, Failure> {
	let mut read = Zeroizing::new(String::new());
	let text = if text == STDIN {
		io::stdin().read_to_string(&mut read)?;
		read.trim()
	} else {
		text
	};
	let digits = text.strip_prefix("0x").unwrap_or(text);
	hex::decode(digits).map_err(|error| {
		let what = match error {
			hex::FromHexError::OddLength => {
				format!("{what} has an odd number of digits: {}", digits.len())
			},
			hex::FromHexError::InvalidHexCharacter { c, index } => {
				format!("{what} has the character {c:?} at digit {index}, which is not hexadecimal")
			},
			hex::FromHexError::InvalidStringLength => format!("{what} has a wrong length"),
		};
		Failure::input(
			what,
			"write two hexadecimal digits per byte, with or without 0x before them",
		)
	})
}

/// [`bytes`] of a fixed number.
pub fn array<const N: usize>(text: &str, what: &str) -> Result<[u8; N], Failure> {
	let bytes = Zeroizing::new(bytes(text, what)?);
	bytes[..].try_into().map_err(|_| {
		Failure::input(
			format!("{what} has {} bytes", bytes.len()),
			format!("it has {N} bytes, which are {} hexadecimal digits", 2 * N),
		)
	})
}

fn is_hex(digits: &str) -> bool {
	!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}
