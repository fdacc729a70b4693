// SPDX-License-Identifier: Apache-2.0

//! Governance that wants what users have not had the time to run from.

use polkadot_sdk::*;

use frame_support::assert_ok;
use ligature_chain_tests::{ALPHA, BOB, CHARLIE, DAVE, EVE, oracles::oracles};
use ligature_primitives::ids::BlockNumber;
use ligature_runtime::{Runtime, rollup::DEVELOPMENT_PARAMETERS};
use sp_runtime::{
	DispatchError,
	traits::{BlakeTwo256, Hash},
};

use crate::{Rollup, RollupEvent, funded};

const NOTICE: u32 = DEVELOPMENT_PARAMETERS.notice;

/// New code needs its hash announced, and then the notice.
#[test]
fn code_without_notice_should_be_refused() {
	let mut network = funded();
	let chain = network.chain(ALPHA);
	let (code, other) = (vec![1, 2, 3], vec![4, 5, 6]);
	let set = |code: &Vec<u8>| frame_system::Call::set_code_without_checks { code: code.clone() };
	let refused = Err(Rollup::CodeNotAnnounced.into());
	assert_eq!(chain.root(set(&code)), refused);
	let code_hash = BlakeTwo256::hash(&code);
	let announce = pallet_rollup::Call::announce_code { code_hash };
	let _ = chain.apply(EVE, announce.clone()).refused(DispatchError::BadOrigin);
	assert_ok!(chain.root(announce.clone()));
	let usable_from = chain.number() + NOTICE;
	let told = chain.with(|| {
		frame_system::Pallet::<Runtime>::events().into_iter().any(|record| {
			record.event == RollupEvent::CodeAnnounced { code_hash, usable_from }.into()
		})
	});
	assert!(told, "CodeAnnounced tells when");
	assert_eq!(chain.root(set(&code)), refused);
	chain.skip(NOTICE - 1);
	assert_eq!(chain.root(set(&code)), refused);
	chain.block();
	assert_eq!(chain.root(set(&other)), refused);
	assert_ok!(chain.root(set(&code)));
	// Once: the same again takes another notice.
	assert_eq!(chain.root(set(&code)), refused);
}

/// The notice is longer than it takes to be served, or else to leave.
#[test]
fn notice_should_outlast_expiry_and_exit() {
	for parameters in [ligature_runtime::rollup::PARAMETERS, DEVELOPMENT_PARAMETERS] {
		assert!(parameters.notice > parameters.expiry + parameters.exit_time);
		assert!(parameters.exit_time > parameters.exodus_timeout);
	}
}

/// No block of an epoch is committed before the notice of its members is over.
#[test]
fn members_without_notice_should_certify_nothing() {
	let mut network = funded();
	let chain = network.chain(ALPHA);
	let members: Vec<_> = oracles()[..1].iter().map(|member| member.public().0).collect();
	let schedule = |first_block| pallet_root_oracle::Call::schedule_members {
		first_block: BlockNumber(first_block),
		members: members.clone().try_into().unwrap(),
	};
	let _ = chain.apply(BOB, schedule(2)).refused(DispatchError::BadOrigin);
	assert_ok!(chain.root(schedule(2)));
	let epoch = |chain: &mut ligature_chain_tests::Chain| {
		use pallet_rollup::traits::OracleEpochs;
		chain.with(|| ligature_runtime::RootOracle::epoch_of(BlockNumber(2)))
	};
	let early = epoch(chain);
	assert_eq!(early, Err(crate::Oracle::NoticeNotOver.into()));
	chain.skip(NOTICE - 1);
	assert!(epoch(chain).is_err());
	chain.block();
	assert_eq!(epoch(chain).map(|(number, _)| number), Ok(1));
}

/// What strangers, users and the guardian may not do.
#[test]
fn governance_calls_should_need_governance() {
	let mut network = funded();
	let operators = vec![EVE.account()].try_into().unwrap();
	let chain = network.chain(ALPHA);
	let calls: Vec<pallet_rollup::Call<Runtime>> = vec![
		pallet_rollup::Call::open_network { genesis_hashes: vec![[0; 32]; 2].try_into().unwrap() },
		pallet_rollup::Call::register_token { asset: 1 },
		pallet_rollup::Call::set_operators { operators },
		pallet_rollup::Call::set_guardian { guardian: Some(EVE.account()) },
		pallet_rollup::Call::resume {},
	];
	for who in [EVE, BOB] {
		for call in &calls {
			let _ = chain.apply(who, call.clone()).refused(DispatchError::BadOrigin);
		}
	}
	let _ = chain.apply(EVE, pallet_rollup::Call::halt {}).refused(Rollup::NotGuardian);
	// A new guardian and new operators hold at once; both can only stop, and be replaced.
	assert_ok!(chain.root(calls[3].clone()));
	let _ = chain.apply(BOB, pallet_rollup::Call::halt {}).refused(Rollup::NotGuardian);
	let _ = chain.apply(EVE, pallet_rollup::Call::halt {}).ok();
	assert_ok!(chain.root(pallet_rollup::Call::resume {}));
	let twice = vec![EVE.account(), EVE.account()].try_into().unwrap();
	let bad = pallet_rollup::Call::set_operators { operators: twice };
	assert_eq!(chain.root(bad), Err(Rollup::BadOperators.into()));
	assert_ok!(chain.root(calls[2].clone()));
	let block = network.block(|l| l.transfer(ALPHA, CHARLIE, 1, DAVE, 1_000_000).unwrap());
	let _ = network.commit(ALPHA, &block).refused(Rollup::NotOperator);
}

/// The list of chains is fixed when the network opens, with this chain in its place.
#[test]
fn network_should_open_once_with_its_own_genesis() {
	let mut network = ligature_chain_tests::Network::closed();
	let hashes = network.genesis_hashes();
	let chain = network.chain(ALPHA);
	let open = |hashes: &[[u8; 32]]| pallet_rollup::Call::open_network {
		genesis_hashes: hashes.to_vec().try_into().unwrap(),
	};
	let error = |error: Rollup| Err(error.into());
	let early = pallet_rollup::Call::request_full_exit {
		account: ligature_primitives::ids::AccountIndex::ZERO,
		token: ligature_primitives::ids::TokenId(1),
	};
	let _ = chain.apply(CHARLIE, early).refused(Rollup::NetworkNotOpen);
	for wrong in [
		vec![hashes[1], hashes[0]],
		vec![hashes[0]],
		vec![hashes[0], hashes[0]],
		vec![hashes[0], hashes[1], [1; 32]],
	] {
		assert_eq!(chain.root(open(&wrong)), error(Rollup::WrongChainList));
	}
	assert_ok!(chain.root(open(&hashes)));
	assert_eq!(chain.root(open(&hashes)), error(Rollup::NetworkAlreadyOpen));
}
