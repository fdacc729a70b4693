// SPDX-License-Identifier: Apache-2.0

//! Fees, metadata and session keys of the runtime.

#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

use polkadot_sdk::*;

use codec::Encode;
use frame_support::dispatch::GetDispatchInfo;
use ligature_runtime::{
	BalancesCall, Runtime, RuntimeCall, SessionKeys, System, TransactionPayment,
	configs::{NORMAL_DISPATCH_RATIO, RuntimeBlockLength, RuntimeBlockWeights},
	fees, session_keys, token,
};
use pallet_transaction_payment::Multiplier;
use sp_core::crypto::KeyTypeId;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use sp_runtime::{
	FixedPointNumber,
	traits::{Convert, One, OpaqueKeys},
};

#[test]
fn a_transfer_should_cost_a_small_fraction_of_a_token() {
	sp_io::TestExternalities::default().execute_with(|| {
		let call = RuntimeCall::Balances(BalancesCall::transfer_keep_alive {
			dest: Sr25519Keyring::Bob.to_account_id().into(),
			value: token::UNIT,
		});
		// Address, signature and extensions add some 110 bytes to the call.
		let length = call.encoded_size() as u32 + 110;
		let fee = TransactionPayment::compute_fee(length, &call.get_dispatch_info(), 0);
		assert!(fee > fees::BASE_FEE, "{fee}");
		assert!(fee < 10 * token::MILLI, "{fee}");
	});
}

#[test]
fn public_data_should_be_paid_by_the_byte() {
	let length: u32 =
		*RuntimeBlockLength::get().max.get(frame_support::dispatch::DispatchClass::Normal);
	let fee = TransactionPayment::length_to_fee(length);
	assert_eq!(fee, u128::from(length) * fees::BYTE_FEE);
	assert!(fee < 5 * token::UNIT, "a block full of public data costs {fee}");
}

#[test]
fn normal_extrinsics_should_leave_room_for_operational_ones() {
	let weights = RuntimeBlockWeights::get();
	let normal = weights.get(frame_support::dispatch::DispatchClass::Normal).max_total.unwrap();
	assert_eq!(normal, NORMAL_DISPATCH_RATIO * weights.max_block);
}

#[test]
fn full_blocks_should_double_the_fee_in_about_a_day() {
	sp_io::TestExternalities::default().execute_with(|| {
		let full = RuntimeBlockWeights::get()
			.get(frame_support::dispatch::DispatchClass::Normal)
			.max_total
			.unwrap();
		System::set_block_consumed_resources(full, 0);
		let (mut multiplier, mut blocks) = (Multiplier::one(), 0);
		while multiplier < Multiplier::saturating_from_integer(2) {
			multiplier = fees::FeeMultiplierUpdate::convert(multiplier);
			blocks += 1;
		}
		assert!((45_000..48_000).contains(&blocks), "{blocks} blocks of two seconds");
	});
}

#[test]
fn metadata_should_come_in_version_16_and_the_older_ones() {
	for version in [14, 15, 16] {
		let metadata = Runtime::metadata_at_version(version).expect("supported");
		assert!(metadata.len() > 10_000);
	}
	assert!(Runtime::metadata_at_version(17).is_none());
}

#[test]
fn session_keys_should_name_the_prover() {
	let keys = SessionKeys {
		aura: Sr25519Keyring::Alice.public().into(),
		grandpa: Ed25519Keyring::Alice.public().into(),
		prover: Sr25519Keyring::Alice.public().into(),
	};
	assert_eq!(
		SessionKeys::key_ids(),
		&[KeyTypeId(*b"aura"), KeyTypeId(*b"gran"), session_keys::prover::KEY_TYPE]
	);
	assert_eq!(
		keys.get_raw(session_keys::prover::KEY_TYPE),
		Sr25519Keyring::Alice.public().0.as_slice()
	);
}
