// SPDX-License-Identifier: Apache-2.0

//! How somebody leaves who disagrees with governance: asks in the very block of the announcement, is ignored by the
//! operator, waits for the expiry, ends the rollup with the oracles dead, and leaves. With whom, when, and with how much.

use polkadot_sdk::*;

use frame_support::assert_ok;
use ligature_chain_tests::{ALPHA, BETA, Built, CHARLIE, DAVE, EVE, FERDIE, Network};
use ligature_primitives::ids::BlockNumber;
use ligature_runtime::{RuntimeCall, rollup::DEVELOPMENT_PARAMETERS};
use sp_runtime::DispatchError;

use crate::RollupEvent;

/// For how many blocks of a chain a change that could hurt is announced.
pub const NOTICE: u32 = DEVELOPMENT_PARAMETERS.notice;

/// A block of each chain.
pub type Moments = [u32; 2];

/// Governance makes a call on both chains, which take it. Says in which blocks.
#[track_caller]
pub fn decide(network: &mut Network, call: impl Into<RuntimeCall>) -> Moments {
	let call = call.into();
	[ALPHA, BETA].map(|chain| {
		let chain = network.chain(chain);
		assert_ok!(chain.root(call.clone()));
		chain.number()
	})
}

/// Charlie asks for all that he has on both chains: balances and shares.
#[track_caller]
pub fn ask(network: &mut Network) {
	for (chain, token) in [(ALPHA, 1), (ALPHA, 512), (BETA, 2)] {
		let account = network.account(chain, CHARLIE).expect("he has one");
		let _ = network.full_exit(chain, CHARLIE, account.get(), token).ok();
	}
}

/// The operator goes on with everything but the queues.
#[track_caller]
pub fn ignore(network: &mut Network) -> Built {
	network.begin();
	network.transfer(ALPHA, DAVE, 1, EVE, 1_000_000).unwrap();
	let block = network.seal();
	network.settle(&block);
	block
}

/// The requests have expired, and nobody helps: neither operator nor oracles. Everybody leaves both chains with what is
/// theirs, to the unit, before a notice is over that began at `announced`.
#[track_caller]
pub fn leave_in_time(network: &mut Network, announced: Moments) {
	network.wait_for_expiry();
	for chain in [ALPHA, BETA] {
		let _ = network.enter_exodus(chain, FERDIE).ok().event(RollupEvent::ExodusBegun);
	}
	network.freeze_by_timeout();
	for (place, chain) in [ALPHA, BETA].into_iter().enumerate() {
		let counters = network.counters(chain);
		for number in counters.executed.0 + 1..=counters.certified.0 {
			let execute = network.built(BlockNumber(number)).execute_call(place);
			let _ = network.chain(chain).apply(FERDIE, execute).ok();
		}
		let pending = network.leave_to_the_unit(chain, counters.certified, FERDIE);
		assert!(pending.is_empty(), "not paid: {pending:?}");
		let (gone, effect) = (network.chain(chain).number(), announced[place] + NOTICE);
		assert!(gone < effect, "chain {chain}: gone in block {gone}, the change comes in {effect}");
	}
	network.tick();
}

/// When a notice is over that began at `announced`, and again a notice later, governance makes these calls on both
/// chains, which refuse them.
#[track_caller]
pub fn refused_for_ever(
	network: &mut Network,
	announced: Moments,
	calls: &[(RuntimeCall, DispatchError)],
) {
	for notices in [1, 2] {
		for (place, chain) in [ALPHA, BETA].into_iter().enumerate() {
			let chain = network.chain(chain);
			let wait = announced[place] + notices * NOTICE - chain.number();
			chain.skip(wait);
			for (call, error) in calls {
				assert_eq!(chain.root(call.clone()), Err(*error), "{call:?}");
			}
		}
	}
}
