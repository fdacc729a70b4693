// SPDX-License-Identifier: Apache-2.0

//! Where the rollup stands, and what is known of its blocks, at every stage.

use crate::{answer, ask, metadata, read};
use codec::Decode;
use ligature_chain::{self as client, Stage, decode};
use ligature_chain_tests::{
	ALICE, ALPHA, BETA, BOB, CHARLIE, Chain, EVE, Network, proofs::simulated,
};
use ligature_primitives::{header::Digest, ids::BlockNumber, vote::VoteKind};
use ligature_runtime::{Rollup, rollup::DEVELOPMENT_PARAMETERS, rollup_api::RollupStatus};

/// What the client should make of a status.
fn status_of(theirs: RollupStatus) -> client::Status {
	let RollupStatus {
		counters,
		revert_epoch,
		chain_list_hash,
		parameters,
		queue,
		request_price,
		deposits_paused,
		halted,
		exodus,
	} = theirs;
	client::Status {
		counters: client::Counters {
			committed: counters.committed,
			proven: counters.proven,
			certified: counters.certified,
			executed: counters.executed,
		},
		revert_epoch,
		chain_list_hash,
		parameters: parameters.map(|periods| client::Parameters {
			expiry: periods.expiry,
			service_interval: periods.service_interval,
			execute_grace: periods.execute_grace,
			turn_grace: periods.turn_grace,
			exodus_timeout: periods.exodus_timeout,
			exit_time: periods.exit_time,
			notice: periods.notice,
		}),
		queue: client::Queue {
			executed: queue.executed,
			committed: queue.committed,
			next: queue.next,
			creating: queue.creating,
			last_expiry: queue.last_expiry,
		},
		request_price,
		deposits_paused,
		halted: client::Halt {
			guardian: halted.guardian,
			refused: halted.refused.map(|block| client::RefusedBlock {
				chain: block.chain,
				number: block.number,
				hash: block.hash,
			}),
		},
		exodus: exodus.map(|exodus| client::Exodus { since: exodus.since, freeze: exodus.freeze }),
	}
}

/// The status of a chain, after it was compared with what the pallet says.
#[track_caller]
pub fn status(chain: &mut Chain) -> client::Status {
	let query = decode::status(metadata()).expect("the runtime has it");
	let answer = answer(chain, &query);
	let ours = query.decode(&answer, metadata()).expect("this program knows it");
	let theirs = RollupStatus::decode(&mut &answer[..]).expect("the runtime wrote it");
	assert_eq!(ours, status_of(theirs));
	ours
}

/// What a chain knows about a block, after it was compared with what the pallet says.
#[track_caller]
pub fn block(chain: &mut Chain, number: u64) -> Option<client::BlockStatus> {
	let number = BlockNumber(number);
	let ours = ask(chain, decode::block(metadata(), number));
	let theirs = chain.with(|| Rollup::block_status(number));
	let theirs = theirs.map(|block| client::BlockStatus {
		header: block.header,
		hash: block.hash,
		stage: match block.stage {
			pallet_rollup::Stage::Committed => Stage::Committed,
			pallet_rollup::Stage::Proven => Stage::Proven,
			pallet_rollup::Stage::Certified => Stage::Certified,
			pallet_rollup::Stage::Executed => Stage::Executed,
		},
		refused: block.refused,
	});
	assert_eq!(ours, theirs);
	ours
}

#[test]
fn the_status_should_be_that_of_the_pallet_at_every_stage() {
	let mut network = Network::closed();
	let closed = status(network.chain(ALPHA));
	assert_eq!((closed.chain_list_hash, closed.exodus), (None, None));
	assert_eq!(block(network.chain(ALPHA), 0), None);

	let mut network = Network::open();
	let open = status(network.chain(ALPHA));
	assert!(open.chain_list_hash.is_some() && open.parameters.is_some() && !open.halted.holds());
	network.deposit(ALPHA, CHARLIE, 1, 5_000_000);
	assert_eq!(status(network.chain(ALPHA)).queue.next, 1);

	let first = network.serving_block();
	let stages = |network: &mut Network| {
		let chain = network.chain(ALPHA);
		let counters = status(chain).counters;
		let found = block(chain, 1).expect("it is committed");
		assert_eq!((&found.header, found.hash), (&first.header, first.hash()));
		let counted = [counters.committed, counters.proven, counters.certified, counters.executed];
		(found.stage, counted.iter().filter(|number| number.0 == 1).count())
	};
	network.commit_all(&first);
	assert_eq!(stages(&mut network), (Stage::Committed, 1));
	network.prove_all(&first, &simulated(&first.header));
	assert_eq!(stages(&mut network), (Stage::Proven, 2));
	network.certify_all(&first);
	assert_eq!(stages(&mut network), (Stage::Certified, 3));
	network.execute_all(&first);
	assert_eq!(stages(&mut network), (Stage::Executed, 4));
	assert_eq!(block(network.chain(ALPHA), 2), None);
}

#[test]
fn halts_refusals_and_exodus_should_be_told() {
	let mut network = Network::open();
	network.deposit(ALPHA, CHARLIE, 1, 5_000_000);
	let first = network.serving_block();
	network.settle(&first);
	network.deposit(BETA, CHARLIE, 1, 5_000_000);
	let second = network.serving_block();
	network.commit_all(&second);
	let refusal = |hash: Digest| decode::refusal(metadata(), BlockNumber(2), hash);
	assert_eq!(read(network.chain(ALPHA), refusal(second.hash())), None);
	let _ = network.relay(ALPHA, ALICE, &second.message(VoteKind::Refuse, ALPHA)).ok();
	assert_eq!(read(network.chain(ALPHA), refusal(second.hash())), Some(()));
	assert_eq!(read(network.chain(ALPHA), refusal([9; 32])), None);
	assert!(block(network.chain(ALPHA), 2).is_some_and(|block| block.refused));
	assert!(block(network.chain(BETA), 2).is_some_and(|block| !block.refused));

	let _ = network.relay(BETA, ALICE, &second.message(VoteKind::Refused, ALPHA)).ok();
	let halted = status(network.chain(BETA)).halted;
	let refused =
		client::RefusedBlock { chain: ALPHA, number: BlockNumber(2), hash: second.hash() };
	assert_eq!(halted, client::Halt { guardian: false, refused: Some(refused) });
	let _ = network.chain(BETA).apply(BOB, pallet_rollup::Call::halt {}).ok();
	let paused = pallet_rollup::Call::pause_deposits { paused: true };
	let _ = network.chain(BETA).apply(BOB, paused).ok();
	let both = status(network.chain(BETA));
	assert!(both.halted.guardian && both.halted.refused.is_some() && both.deposits_paused);

	network.wait_for_expiry();
	let _ = network.enter_exodus(BETA, EVE).ok();
	let exodus = status(network.chain(BETA)).exodus.expect("it has begun");
	assert_eq!(exodus.freeze, None);
	network.skip(DEVELOPMENT_PARAMETERS.exodus_timeout + 1);
	let freeze = pallet_rollup::Call::freeze_by_timeout {};
	let _ = network.chain(BETA).apply(EVE, freeze).ok();
	let exodus = status(network.chain(BETA)).exodus.expect("it has begun");
	assert_eq!(exodus.freeze, Some(BlockNumber(1)));
}
