// SPDX-License-Identifier: Apache-2.0

//! Addresses as people write them.

use ligature_chain::{ChainError, address, parse_address};
use ligature_primitives::ids::Owner;

use super::Wallet;
use crate::failure::Failure;

/// An account: SS58 with any prefix, `0x` and 64 digits, or a development account as in `//Alice`.
///
/// # Errors
///
/// [`Failure::Input`] if it is none, or the zero account, which owns nothing.
pub fn parse(text: &str) -> Result<Owner, Failure> {
	if text.starts_with("//") {
		return Ok(Wallet::from_suri(text)?.owner());
	}
	let help = "write an SS58 address (5…), 0x and 64 hexadecimal digits, or a development account as //Bob";
	let bad = |why: String| Failure::input(format!("`{text}` is not an address: {why}"), help);
	let account = parse_address(text).map_err(|error| match error {
		ChainError::Decode { reason, .. } => bad(reason),
		error => bad(error.to_string()),
	})?;
	Owner(account).non_zero().map_err(|refusal| bad(refusal.to_string()))
}

/// The account as SS58 with the prefix of Substrate.
pub fn show(owner: Owner) -> String {
	address(&owner.0)
}

/// An address short enough for a table: its ends.
pub fn short(address: &str) -> String {
	match (address.get(..8), address.get(address.len().saturating_sub(6)..)) {
		(Some(head), Some(tail)) if address.len() > 20 => format!("{head}…{tail}"),
		_ => address.into(),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	#[test]
	fn all_forms_of_an_address_should_name_the_same_account() {
		let alice = parse(ALICE).expect("an address");
		assert_eq!(show(alice), ALICE);
		assert_eq!(parse("//Alice").expect("an address"), alice);
		assert_eq!(parse(&alice.to_string()).expect("an address"), alice);
		// The same account as Polkadot writes it.
		let polkadot = "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5";
		assert_eq!(parse(polkadot).expect("an address"), alice);
		assert_eq!(short(ALICE), "5GrwvaEF…Kutq".replace("Kutq", "GKutQY"));
		assert_eq!(short("short"), "short");
	}

	#[test]
	fn what_is_no_address_should_be_refused() {
		let zeros = format!("0x{}", "0".repeat(64));
		for text in ["", "Alice", "0x12", "0xzz", &ALICE[1..], &ALICE.replace('w', "x"), &zeros] {
			let error = parse(text).expect_err("none").to_string();
			assert!(error.contains("is not an address"), "{text}: {error}");
		}
	}
}
