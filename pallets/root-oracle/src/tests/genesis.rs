// SPDX-License-Identifier: Apache-2.0

//! The members at genesis.

use polkadot_sdk::*;

use crate::{Bonded, Epoch, STORAGE_VERSION, mock::*};
use frame_support::traits::{GetStorageVersion, fungible::InspectHold};
use ligature_primitives::{header::member_set_hash, ids::BlockNumber};
use pallet_rollup::traits::OracleEpochs;
use sp_core::Pair;

#[test]
fn genesis_members_are_epoch_0_and_have_bonds() {
	ExtBuilder::default().build_and_execute(|| {
		let hash = member_set_hash(0, &keys(&[1, 2, 3, 4]));
		let epoch =
			Epoch { number: 0, first_block: BlockNumber(0), usable_from: 0, hash, ended: None };
		assert_eq!(Oracle::epochs(), [epoch]);
		assert_eq!(Oracle::members_of(0), Some(keys(&[1, 2, 3, 4])));
		assert_eq!(Oracle::epoch_of(BlockNumber(0)), Ok((0, hash)));
		assert_eq!(Oracle::epoch_of(BlockNumber(u64::MAX)), Ok((0, hash)));
		for number in 1..=4 {
			let member = Bonded { account: account(number), bond: BOND, slashed: false };
			assert_eq!(Oracle::member(key(number)), Some(member));
			assert_eq!(Balances::total_balance_on_hold(&account(number)), BOND);
		}
		assert_eq!(Oracle::on_chain_storage_version(), STORAGE_VERSION);
	});
}

#[test]
fn a_chain_without_members_has_no_epoch() {
	ExtBuilder::default().members(&[]).build_and_execute(|| {
		assert_eq!(Oracle::epochs(), []);
		let none = Oracle::epoch_of(BlockNumber(0));
		assert_eq!(none, Err(error(crate::Error::UnknownEpoch)));
	});
}

#[test]
#[should_panic(expected = "is a member twice")]
fn genesis_panics_when_a_key_is_named_twice() {
	ExtBuilder::default().members(&[1, 2, 1]).build();
}

#[test]
#[should_panic(expected = "cannot pay the bond")]
fn genesis_panics_when_a_bond_cannot_be_paid() {
	// No account beyond 20 has funds.
	ExtBuilder::default().members(&[1, 21]).build();
}

#[test]
#[should_panic(expected = "no more members than MaxMembers")]
fn genesis_panics_when_there_are_too_many_members() {
	ExtBuilder::default().members(&(1..=13).collect::<Vec<_>>()).build();
}

#[test]
fn genesis_is_written_with_readable_keys() {
	let genesis = crate::GenesisConfig::<Test> { members: vec![(account(1), pair(1).public())] };
	let json = serde_json::to_value(&genesis).expect("it is plain data");
	let member = serde_json::json!([account(1).to_string(), pair(1).public().to_string()]);
	assert_eq!(json, serde_json::json!({ "members": [member] }));
	let read: crate::GenesisConfig<Test> = serde_json::from_value(json).expect("as written");
	assert_eq!(read.members, genesis.members);
}
