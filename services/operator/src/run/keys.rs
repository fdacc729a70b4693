// SPDX-License-Identifier: Apache-2.0

//! The chains' verifying keys: their digests go into headers, the keys themselves check proofs.

use super::connect::{Member, at, finalized};
use crate::{engine::KeyDigests, error::OperatorError, proofs::Keys};
use ligature_chain::{ChainError, Circuit, Key};

/// Reads the keys of all chains. Digests are those of one version that every chain can use now.
///
/// # Errors
///
/// [`OperatorError::OtherKeys`] if they differ, [`OperatorError::Chain`].
pub async fn read(members: &[Member], version: u16) -> Result<(KeyDigests, Keys), OperatorError> {
	let mut first: Option<(&Member, KeyDigests, Vec<Key>)> = None;
	for member in members {
		let url = member.chain.url();
		let keys = finalized(&member.chain).await?.keys().await.map_err(at(url))?;
		let digests = digests(&keys, version);
		match &first {
			None => first = Some((member, digests, keys)),
			Some((other, expected, _)) if *expected != digests => {
				return Err(OperatorError::OtherKeys {
					first: other.id,
					chain: member.id,
					version,
				});
			},
			Some(_) => {},
		}
	}
	let (member, digests, keys) = first.ok_or(OperatorError::Ended("the list of chains"))?;
	let url = member.chain.url();
	let keys = Keys::new(&keys).map_err(|error| {
		at(url)(ChainError::Decode { what: "a verifying key".into(), reason: error.to_string() })
	})?;
	Ok((digests, keys))
}

/// The digests of the keys of a version that can be used now.
fn digests(keys: &[Key], version: u16) -> KeyDigests {
	let mut digests = KeyDigests::default();
	for key in keys.iter().filter(|key| key.version == version && key.usable) {
		match key.circuit {
			Circuit::Chain(class) => digests.halves.insert(class, key.digest),
			Circuit::Join(class) => digests.joins.insert(class, key.digest),
		};
	}
	digests
}

#[cfg(test)]
mod tests {
	use super::*;
	use ligature_primitives::constants::{JoinClass, SizeClass};

	#[test]
	fn only_keys_that_can_be_used_should_be_named() {
		let key = |version, circuit, usable| Key {
			version,
			circuit,
			digest: [version as u8; 32],
			bytes: Vec::new(),
			usable,
			usable_from: 0,
			retired: !usable,
			development: true,
		};
		let half = |class| Circuit::Chain(SizeClass::new(class).expect("a class"));
		let join = |class| Circuit::Join(JoinClass::new(class).expect("a class"));
		let keys = [
			key(1, half(1), true),
			key(1, half(2), false),
			key(1, join(1), true),
			key(2, half(3), true),
		];
		let found = digests(&keys, 1);
		assert_eq!(found.halves.keys().map(|class| class.get()).collect::<Vec<_>>(), [1]);
		assert_eq!(found.joins.keys().map(|class| class.get()).collect::<Vec<_>>(), [1]);
		assert_eq!(digests(&keys, 2).halves.values().next(), Some(&[2; 32]));
	}
}
