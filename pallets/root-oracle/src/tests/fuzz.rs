// SPDX-License-Identifier: Apache-2.0

//! Bytes that are no certificate: refused by name, never a panic, nothing changed.

use polkadot_sdk::*;

use crate::{Error, mock::*};
use ligature_primitives::vote::VoteKind;
use proptest::{
	prelude::*,
	test_runner::{Config, RngSeed, TestRunner},
};
use sp_io::storage;
use sp_runtime::StateVersion;

/// Submits the bytes to all three calls and says whether one took them.
fn taken(bytes: &[u8]) -> bool {
	let Ok(bytes) = crate::CertificateBytes::<Test>::try_from(bytes.to_vec()) else {
		return false;
	};
	let origin = || RuntimeOrigin::signed(account(9));
	let before = storage::root(StateVersion::V1);
	let results = [
		Oracle::submit_certificate(origin(), bytes.clone()),
		Oracle::submit_refusal(origin(), bytes.clone()),
		Oracle::submit_freeze(origin(), bytes),
	];
	let known = [
		Error::MalformedMessage,
		Error::WrongKind,
		Error::WrongNetwork,
		Error::WrongEpoch,
		Error::NotEnoughSigners,
		Error::BadCertificate,
	]
	.map(error);
	for result in &results {
		if let Err(refused) = result {
			assert!(known.contains(&refused.error), "unexpected refusal: {refused:?}");
		}
	}
	let taken = results.iter().any(Result::is_ok);
	assert!(taken || storage::root(StateVersion::V1) == before, "a refusal has left a trace");
	taken
}

fn runner() -> TestRunner {
	let factor = if std::env::var_os("LIGATURE_LONG").is_some() { 100 } else { 1 };
	TestRunner::new(Config {
		rng_seed: RngSeed::Fixed(0x0A_C1_E5),
		failure_persistence: None,
		..Config::with_cases(2_000 * factor)
	})
}

#[test]
fn random_bytes_are_never_taken() {
	ExtBuilder::default().build_and_execute(|| {
		prove_up_to(1);
		let bytes = (any::<prop::sample::Index>(), prop::collection::vec(any::<u8>(), 0..500));
		runner()
			.run(&bytes, |(kind, mut bytes)| {
				prop_assert!(!taken(&bytes));
				// With a tag that leads further.
				let tag = kind.get(&VoteKind::ALL).tag();
				if bytes.len() >= tag.len() {
					bytes[..tag.len()].copy_from_slice(tag);
					prop_assert!(!taken(&bytes));
				}
				Ok(())
			})
			.expect("no random bytes are a certificate");
	});
}

#[test]
fn a_changed_certificate_is_never_taken() {
	ExtBuilder::default().build_and_execute(|| {
		prove_up_to(1);
		let messages = [
			block(1),
			about(VoteKind::Refuse, 1, 2),
			about(VoteKind::Refused, 2, 1),
			about(VoteKind::Freeze, 0, 1),
		];
		let certificates =
			messages.map(|message| certificate_of(&[1, 2, 3, 4], &[1, 2, 3], &message));
		let change = (
			any::<prop::sample::Index>(),
			any::<prop::sample::Index>(),
			1..=u8::MAX,
			0u8..3,
			prop::collection::vec(any::<u8>(), 1..70),
		);
		runner()
			.run(&change, |(which, at, flip, how, more)| {
				let mut bytes = which.get(&certificates).clone();
				let at = at.index(bytes.len());
				match how {
					0 => bytes[at] ^= flip,
					1 => bytes.truncate(at),
					_ => bytes.extend(more),
				}
				prop_assert!(!taken(&bytes));
				Ok(())
			})
			.expect("only the bytes that were signed are a certificate");
		// In an order in which the rollup takes all of them.
		for which in [1, 2, 0, 3] {
			assert!(taken(&certificates[which]), "the certificates themselves are good");
		}
	});
}
