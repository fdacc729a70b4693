// SPDX-License-Identifier: Apache-2.0

//! Events and failures of the runtime, as `ligature-chain` reads them.

use polkadot_sdk::*;

use crate::metadata;
use codec::Encode;
use ligature_chain::{self as client, DispatchError, RollupEvent, decode};
use ligature_chain_tests::{ALPHA, BETA, CHARLIE, Network, USDT_WETH};
use ligature_primitives::ids::{AccountIndex, BlockNumber, PoolSlot, Side, TokenId};
use ligature_runtime::{AccountId, Runtime, RuntimeEvent, System};
use pallet_rollup::{HaltReason, RefusedBlock};
use std::collections::BTreeSet;

/// Writes events as a block does, and reads them.
fn events(events: Vec<RuntimeEvent>) -> Vec<client::Event> {
	let phase = frame_system::Phase::ApplyExtrinsic(3);
	let record = |event| frame_system::EventRecord::<RuntimeEvent, ligature_runtime::Hash> {
		phase: phase.clone(),
		event,
		topics: vec![],
	};
	let records: Vec<_> = events.into_iter().map(record).collect();
	let found = decode::events(&records.encode(), metadata()).expect("they are events");
	assert!(found.iter().all(|event| event.extrinsic == Some(3)));
	found
}

/// Every event of the rollup with what the client should make of it; none where it has no type of its own.
fn rollup_events() -> Vec<(pallet_rollup::Event<Runtime>, Option<RollupEvent>)> {
	use pallet_rollup::Event as Theirs;
	let (who, ours) = (AccountId::from([1; 32]), [1; 32]);
	let (to, number, hash) = (AccountId::from([2; 32]), BlockNumber(3), [4; 32]);
	let (token, amount) = (TokenId(5), u128::MAX);
	let request = ligature_primitives::priority::PriorityRequest::CreatePool {
		slot: PoolSlot(1),
		side: Side::One,
		params: USDT_WETH,
	};
	let (account, slot) = (AccountIndex::new(7).unwrap(), PoolSlot(8));
	let refused = RefusedBlock { chain: ALPHA, number, hash };
	vec![
		(
			Theirs::NetworkOpened { chain_list_hash: hash },
			Some(RollupEvent::NetworkOpened { chain_list_hash: hash }),
		),
		(
			Theirs::TokenRegistered { token, asset: 70_000 },
			Some(RollupEvent::TokenRegistered { token, asset: 70_000 }),
		),
		(
			Theirs::RequestQueued {
				index: u64::MAX,
				request,
				hash,
				payer: who.clone(),
				price: 9,
				expires: 10,
			},
			Some(RollupEvent::RequestQueued {
				index: u64::MAX,
				hash,
				payer: ours,
				price: 9,
				expires: 10,
			}),
		),
		(
			Theirs::BlockCommitted { number, hash, block: 11, extrinsic: 12 },
			Some(RollupEvent::BlockCommitted { number, hash, block: 11, extrinsic: 12 }),
		),
		(
			Theirs::BlockProven { number, hash, prover: who.clone() },
			Some(RollupEvent::BlockProven { number, hash, prover: ours }),
		),
		(
			Theirs::BlockCertified { number, hash },
			Some(RollupEvent::BlockCertified { number, hash }),
		),
		(
			Theirs::BlockExecuted { number, hash, payments: 13 },
			Some(RollupEvent::BlockExecuted { number, hash, payments: 13 }),
		),
		(
			Theirs::BlocksReverted { to: number, epoch: 14 },
			Some(RollupEvent::BlocksReverted { to: number, epoch: 14 }),
		),
		(Theirs::BlockRefused { number, hash }, Some(RollupEvent::BlockRefused { number, hash })),
		(
			Theirs::Paid { who: who.clone(), token, amount },
			Some(RollupEvent::Paid { who: ours, token, amount }),
		),
		(
			Theirs::PaymentPending {
				who: who.clone(),
				token,
				amount,
				error: sp_runtime::DispatchError::BadOrigin,
			},
			Some(RollupEvent::PaymentPending { who: ours, token, amount }),
		),
		(
			Theirs::Claimed { who: who.clone(), to, token, amount },
			Some(RollupEvent::Claimed { who: ours, to: [2; 32], token, amount }),
		),
		(
			Theirs::DepositsPausedSet { paused: true },
			Some(RollupEvent::DepositsPausedSet { paused: true }),
		),
		(
			Theirs::HaltedBecause { reason: HaltReason::Refused(refused) },
			Some(RollupEvent::HaltedBecause),
		),
		(Theirs::Resumed, Some(RollupEvent::Resumed)),
		(Theirs::OperatorsSet { operators: Default::default() }, None),
		(Theirs::GuardianSet { guardian: None }, None),
		(Theirs::CodeAnnounced { code_hash: hash.into(), usable_from: 1 }, None),
		(Theirs::ExodusBegun, Some(RollupEvent::ExodusBegun)),
		(Theirs::FreezeFixed { number, hash }, Some(RollupEvent::FreezeFixed { number, hash })),
		(
			Theirs::Exited { who: who.clone(), account, token, amount },
			Some(RollupEvent::Exited { who: ours, account, token, amount }),
		),
		(
			Theirs::LiquidityExited { who: who.clone(), home: BETA, slot, token, amount },
			Some(RollupEvent::LiquidityExited { who: ours, home: BETA, slot, token, amount }),
		),
		(
			Theirs::DepositRefunded { index: 15, who, token, amount },
			Some(RollupEvent::DepositRefunded { index: 15, who: ours, token, amount }),
		),
	]
}

#[test]
fn every_event_of_the_rollup_should_be_known() {
	let cases = rollup_events();
	let (theirs, expected): (Vec<_>, Vec<_>) = cases.into_iter().unzip();
	let found = events(theirs.into_iter().map(RuntimeEvent::Rollup).collect());
	let typed: Vec<_> = found.iter().map(client::Event::rollup).collect();
	assert_eq!(typed, expected);
	let names: BTreeSet<_> = found.iter().map(|event| &*event.name).collect();
	let pallet = metadata().pallet_by_name("Rollup").expect("it is there");
	let all = pallet.event_variants().expect("it has events").iter().map(|event| &*event.name);
	assert_eq!(names, all.collect::<BTreeSet<_>>(), "every event has a case");
}

#[test]
fn the_events_of_a_block_should_be_those_of_the_system() {
	let mut network = Network::open();
	network.deposit(ALPHA, CHARLIE, 1, 5_000_000);
	let chain = network.chain(ALPHA);
	let key = [sp_io::hashing::twox_128(b"System"), sp_io::hashing::twox_128(b"Events")].concat();
	let bytes = chain.with(|| sp_io::storage::get(&key)).expect("there are events");
	let found = decode::events(&bytes, metadata()).expect("they are events");
	let count = chain.with(System::event_count);
	assert_eq!(found.len(), count as usize);
	let queued =
		found.iter().find(|event| event.is("Rollup", "RequestQueued")).expect("it was sent");
	assert!(queued.extrinsic.is_some_and(|extrinsic| extrinsic > 0), "after the time");
	let Some(RollupEvent::RequestQueued { index, payer, .. }) = queued.rollup() else {
		panic!("{queued:?}");
	};
	assert_eq!((index, payer), (0, <[u8; 32]>::from(CHARLIE.account())));
}

#[test]
fn a_failure_should_have_the_words_of_the_pallet() {
	let failed = |error: sp_runtime::DispatchError| {
		RuntimeEvent::System(frame_system::Event::ExtrinsicFailed {
			dispatch_error: error,
			dispatch_info: Default::default(),
		})
	};
	let sudid = |error| RuntimeEvent::Sudo(pallet_sudo::Event::Sudid { sudo_result: Err(error) });
	let success = || {
		let dispatch_info = Default::default();
		RuntimeEvent::System(frame_system::Event::ExtrinsicSuccess { dispatch_info })
	};
	let turn: sp_runtime::DispatchError = pallet_rollup::Error::<Runtime>::NotYourTurn.into();
	let outcome =
		|list: Vec<RuntimeEvent>| decode::outcome(&events(list), metadata()).expect("it says");
	let expected = DispatchError {
		pallet: "Rollup".into(),
		name: "NotYourTurn".into(),
		docs: "It is another operator's turn.".into(),
	};
	assert_eq!(outcome(vec![failed(turn)]), Err(expected.clone()));
	assert_eq!(outcome(vec![sudid(turn), success()]), Err(expected));
	assert_eq!(outcome(vec![success()]), Ok(()));
	let root = outcome(vec![failed(sp_runtime::DispatchError::BadOrigin)]).unwrap_err();
	assert_eq!((&*root.pallet, &*root.name), ("", "BadOrigin"));
	let poor = sp_runtime::TokenError::FundsUnavailable.into();
	let poor = outcome(vec![failed(poor)]).unwrap_err();
	assert_eq!((&*poor.pallet, &*poor.name), ("", "Token::FundsUnavailable"));
}
