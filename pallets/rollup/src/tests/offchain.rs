// SPDX-License-Identifier: Apache-2.0

//! The off-chain worker: on the node's database, keystore and pool, with a test in the prover's place.

use polkadot_sdk::*;

use super::world::*;
use crate::{
	Call, Error,
	mock::*,
	offchain::{
		mailbox,
		worker::{KEEP, LOCK_EXPIRY, LONGEVITY},
	},
	traits::Settlement,
};
use codec::{Decode, Encode};
use frame_support::{
	storage::{TransactionOutcome, with_transaction},
	traits::Hooks,
};
use ligature_primitives::{
	ids::{BlockNumber, TokenId},
	mailbox::{CLAIM_TIMEOUT, INDEX, Job, JobId, LOCK, Proof, ProverName, State},
	vote::{VoteKind, VoteMessage},
};
use sp_core::{
	crypto::KeyTypeId,
	offchain::{
		OffchainDbExt, OffchainWorkerExt, TransactionPool, TransactionPoolExt,
		testing::{TestOffchainExt, TestTransactionPoolExt},
	},
};
use sp_keystore::{Keystore, KeystoreExt, testing::MemoryKeystore};
use sp_runtime::{
	DispatchError,
	offchain::{
		Duration,
		storage_lock::{StorageLock, Time},
	},
	traits::Dispatchable,
};

const PROVER: ProverName = ProverName(7);
/// Milliseconds between two blocks.
const SLOT: u64 = 2_000;

/// Takes nothing.
struct RefusingPool;

impl TransactionPool for RefusingPool {
	fn submit_transaction(&mut self, _: Vec<u8>) -> Result<(), ()> {
		Err(())
	}
}

/// A node: what its workers see beside the chain.
struct Node {
	/// Takes out what is in the pool.
	pool: Box<dyn Fn() -> Vec<Vec<u8>>>,
	database: TestOffchainExt,
}

/// Runs a test on a chain of network 7, on a node with or without a prover key, whose pool takes what it
/// gets or nothing.
fn on_a_node(has_key: bool, pool_takes: bool, chain: ExtBuilder, test: impl FnOnce(&Node)) {
	let (database, _) = TestOffchainExt::new();
	let (pool_ext, pool) = TestTransactionPoolExt::new();
	let keystore = MemoryKeystore::new();
	if has_key {
		keystore
			.sr25519_generate_new(KeyTypeId(*b"lprv"), Some("//Prover"))
			.expect("the keystore takes a key");
	}
	let mut externalities = chain.build();
	externalities.register_extension(OffchainDbExt::new(database.clone()));
	externalities.register_extension(OffchainWorkerExt::new(database.clone()));
	if pool_takes {
		externalities.register_extension(TransactionPoolExt::new(pool_ext));
	} else {
		externalities.register_extension(TransactionPoolExt::new(RefusingPool));
	}
	externalities.register_extension(KeystoreExt::new(keystore));
	externalities.execute_with(|| {
		let pool = Box::new(move || std::mem::take(&mut pool.write().transactions));
		test(&Node { pool, database });
		Rollup::do_try_state().expect("the state holds its invariants");
	});
}

fn on_a_prover(test: impl FnOnce(&Node)) {
	on_a_node(true, true, ExtBuilder::default(), test);
}

impl Node {
	/// The worker at the next block.
	fn next_block(&self) {
		advance(1);
		self.wait(SLOT);
		self.run();
	}

	/// The worker at this block.
	fn run(&self) {
		Rollup::offchain_worker(System::block_number());
	}

	/// Lets time pass.
	fn wait(&self, milliseconds: u64) {
		let mut database = self.database.0.write();
		database.timestamp = database.timestamp.add(Duration::from_millis(milliseconds));
	}

	fn time(&self) -> u64 {
		self.database.0.read().timestamp.unix_millis()
	}

	/// What was sent since the last call.
	fn sent(&self) -> Vec<Extrinsic> {
		(self.pool)()
			.iter()
			.map(|bytes| Extrinsic::decode(&mut &bytes[..]).expect("an extrinsic of the chain"))
			.collect()
	}

	/// The block's job.
	fn job(&self, block: &Block) -> Option<Job> {
		mailbox::read(&id(block))
	}

	/// How far the block's job is.
	fn state(&self, block: &Block) -> State {
		self.job(block).expect("there is a job").state
	}

	/// Puts the block's job into this state.
	fn put(&self, block: &Block, job: Job) {
		assert!(mailbox::change(&id(block), |_| Some(job)));
	}

	/// Plays the prover: claims the block's job and does it.
	fn prove(&self, block: &Block) -> Vec<Proof> {
		let proofs: Vec<Proof> = (0..block.proofs()).map(|place| [place as u8; 192]).collect();
		let time = self.time();
		assert!(mailbox::change(&id(block), |job| job?.claim(PROVER, time)));
		assert!(mailbox::change(&id(block), |job| job?.finish(PROVER, proofs.clone())));
		proofs
	}
}

fn id(block: &Block) -> JobId {
	JobId { number: block.number(), hash: block.hash() }
}

/// Commits the next block, in which somebody deposits on the other chain.
fn commit_next(world: &mut World) -> Block {
	let block = world.elsewhere();
	commit(&block).expect("the block is committed");
	block
}

/// The call in an extrinsic.
fn call(block: &Block, proofs: &[Proof]) -> RuntimeCall {
	let proofs = proofs.to_vec().try_into().expect("as many as a block needs");
	Call::prove_block { number: block.number(), hash: block.hash(), proofs }.into()
}

#[test]
fn a_job_should_be_written_once_when_a_block_is_committed() {
	on_a_prover(|node| {
		let mut world = World::new();
		node.next_block();
		assert_eq!(mailbox::jobs(), [], "nothing is committed");

		let (one, two) = (commit_next(&mut world), commit_next(&mut world));
		node.next_block();
		let since = node.time();
		assert_eq!(mailbox::jobs(), [id(&one), id(&two)]);
		for block in [&one, &two] {
			assert_eq!(node.state(block), State::Wanted { since });
		}
		node.next_block();
		assert_eq!(mailbox::jobs(), [id(&one), id(&two)]);
		assert_eq!(node.state(&one), State::Wanted { since }, "it is the same job");
		assert_eq!(node.sent(), []);
	});
}

#[test]
fn a_worker_should_do_nothing_while_another_runs() {
	on_a_prover(|node| {
		let block = commit_next(&mut World::new());
		let expiry = Duration::from_millis(LOCK_EXPIRY);
		let mut lock = StorageLock::<Time>::with_deadline(LOCK, expiry);
		lock.try_lock().expect("nobody holds it").forget();
		node.next_block();
		assert_eq!(node.job(&block), None);

		// The other one died.
		node.wait(LOCK_EXPIRY);
		node.next_block();
		assert!(node.job(&block).is_some());
		// And this one has ended.
		lock.try_lock().expect("it is free again").forget();
	});
}

#[test]
fn a_change_should_fail_when_somebody_else_was_faster() {
	on_a_prover(|node| {
		let block = commit_next(&mut World::new());
		node.next_block();
		let job = node.job(&block).expect("there is a job");
		let mine = job.claim(ProverName(1), 1).expect("it is wanted");
		let theirs = job.claim(ProverName(2), 1).expect("it is wanted");
		assert!(mailbox::replace(&id(&block), &job, theirs.clone()));
		assert!(!mailbox::replace(&id(&block), &job, mine.clone()));
		let between = mailbox::change(&id(&block), |found| {
			assert_eq!(found.as_ref(), Some(&theirs));
			// The other one writes between this one's reading and writing.
			assert!(mailbox::replace(&id(&block), &theirs, job.clone()));
			Some(mine.clone())
		});
		assert!(!between);
		assert_eq!(node.job(&block), Some(job));
	});
}

#[test]
fn proofs_should_be_sent_once_when_they_are_ready() {
	on_a_prover(|node| {
		let mut world = World::new();
		let (one, two) = (commit_next(&mut world), commit_next(&mut world));
		node.next_block();
		// The second is ready first: it waits.
		let proofs_of_two = node.prove(&two);
		node.next_block();
		assert_eq!(node.sent(), []);

		let proofs = node.prove(&one);
		node.next_block();
		let sent = node.sent();
		assert_eq!(sent.len(), 1);
		assert_eq!(sent[0].function, call(&one, &proofs));
		let at = System::block_number();
		assert_eq!(node.state(&one), State::Submitted { at, tries: 1, proofs });
		node.run();
		node.next_block();
		assert_eq!(node.sent(), []);

		// It is in a block: the second one's turn.
		let included = sent[0].function.clone();
		included.dispatch(RuntimeOrigin::signed(account(5))).expect("the chain takes the proofs");
		assert_eq!(crate::Progress::<Test>::get().proven, one.number());
		node.next_block();
		let sent = node.sent();
		assert_eq!(sent.len(), 1);
		assert_eq!(sent[0].function, call(&two, &proofs_of_two));
	});
}

#[test]
fn proofs_should_be_sent_again_when_the_transaction_is_lost() {
	on_a_prover(|node| {
		let block = commit_next(&mut World::new());
		node.next_block();
		let proofs = node.prove(&block);
		node.next_block();
		assert_eq!(node.sent().len(), 1);
		for _ in 1..LONGEVITY {
			node.next_block();
		}
		assert_eq!(node.sent(), []);
		node.next_block();
		assert_eq!(node.sent().len(), 1);
		let at = System::block_number();
		assert_eq!(node.state(&block), State::Submitted { at, tries: 2, proofs });
	});
}

#[test]
fn proofs_should_be_sent_again_when_a_fork_has_lost_them() {
	on_a_prover(|node| {
		let block = commit_next(&mut World::new());
		node.next_block();
		let proofs = node.prove(&block);
		// On a fork, some blocks later, the proofs are sent and included.
		let before = System::block_number();
		let on_fork: Result<(), DispatchError> = with_transaction(|| {
			advance(5);
			node.run();
			prove(&block).expect("the block is proven");
			node.next_block();
			TransactionOutcome::Rollback(Ok(()))
		});
		assert_eq!(on_fork, Ok(()));
		assert_eq!(node.sent().len(), 1);
		assert_eq!(System::block_number(), before);
		assert!(node.job(&block).expect("kept").proofs().is_some(), "proofs outlive the fork");

		node.next_block();
		let sent = node.sent();
		assert_eq!(sent.len(), 1, "the fork's transaction is not waited for");
		assert_eq!(sent[0].function, call(&block, &proofs));
	});
}

#[test]
fn a_job_should_go_when_its_block_is_another_after_a_reorganisation() {
	on_a_prover(|node| {
		let mut world = World::new();
		let fork = world.clone().block(|world| world.deposit_on(B, 3, TokenId(0), 7));
		let block = world.elsewhere();
		let on_fork: Result<(), DispatchError> = with_transaction(|| {
			commit(&fork).expect("the block is committed");
			node.next_block();
			TransactionOutcome::Rollback(Ok(()))
		});
		assert_eq!(on_fork, Ok(()));
		assert_eq!(mailbox::jobs(), [id(&fork)]);
		assert_ne!(id(&fork), id(&block));

		commit(&block).expect("the block is committed");
		node.next_block();
		assert_eq!(mailbox::jobs(), [id(&block)]);
		assert_eq!(node.job(&fork), None);
		// The prover of the other block cannot bring it back.
		assert!(!mailbox::change(&id(&fork), |job| job?.finish(PROVER, Vec::new())));
	});
}

#[test]
fn proofs_should_go_when_another_block_of_the_number_is_proven() {
	on_a_prover(|node| {
		let mut world = World::new();
		let fork = world.clone().block(|world| world.deposit_on(B, 3, TokenId(0), 7));
		let on_fork: Result<(), DispatchError> = with_transaction(|| {
			commit(&fork).expect("the block is committed");
			node.next_block();
			node.prove(&fork);
			TransactionOutcome::Rollback(Ok(()))
		});
		assert_eq!(on_fork, Ok(()));
		bring_to_proof(&world.elsewhere());
		node.next_block();
		assert_eq!(mailbox::jobs(), []);
		assert_eq!(node.job(&fork), None);
	});
}

#[test]
fn a_job_should_go_when_its_block_is_reverted() {
	on_a_prover(|node| {
		let mut world = World::new();
		let (one, two) = (commit_next(&mut world), commit_next(&mut world));
		node.next_block();
		node.prove(&two);
		let operator = RuntimeOrigin::signed(operators()[0].clone());
		Rollup::revert_blocks(operator, BlockNumber(1), 1).expect("nothing is proven");
		node.next_block();
		assert_eq!(mailbox::jobs(), [id(&one)]);
		assert_eq!(node.job(&two), None);

		world.revert(1, 1);
		let again = commit_next(&mut world);
		node.next_block();
		assert_eq!(mailbox::jobs(), [id(&one), id(&again)]);
		assert!(matches!(node.state(&again), State::Wanted { .. }));
	});
}

#[test]
fn a_job_should_stay_as_it_is_when_the_node_restarts() {
	on_a_prover(|node| {
		let block = commit_next(&mut World::new());
		node.next_block();
		let (time, at) = (node.time(), System::block_number());
		let wanted = Job::new(time);
		let claimed = wanted.claim(PROVER, time).expect("wanted");
		let ready = claimed.finish(PROVER, vec![[0; 192]; block.proofs()]).expect("claimed");
		// A worker remembers nothing, so every run is one after a restart.
		for job in
			[wanted, claimed.clone(), ready.submit(at).expect("ready"), claimed.fail("", time)]
		{
			node.put(&block, job.clone());
			node.next_block();
			assert_eq!(node.job(&block), Some(job));
			assert_eq!(node.sent(), []);
		}
		node.put(&block, ready);
		node.next_block();
		assert_eq!(node.sent().len(), 1);
	});
}

#[test]
fn a_claim_should_be_given_up_when_its_prover_is_silent() {
	on_a_prover(|node| {
		let block = commit_next(&mut World::new());
		node.next_block();
		let time = node.time();
		assert!(mailbox::change(&id(&block), |job| job?.claim(PROVER, time)));
		node.wait(CLAIM_TIMEOUT / 2);
		let time = node.time();
		assert!(mailbox::change(&id(&block), |job| job?.renew(PROVER, time)));
		node.wait(CLAIM_TIMEOUT - SLOT - 1);
		node.next_block();
		assert_eq!(node.state(&block), State::Claimed { by: PROVER, at: time });

		node.wait(1);
		node.next_block();
		assert!(matches!(node.state(&block), State::Failed { .. }));
		// Whoever comes back too late has lost it.
		assert!(!mailbox::change(&id(&block), |job| job?.finish(PROVER, Vec::new())));
	});
}

#[test]
fn a_failed_job_should_be_wanted_again_later_each_time() {
	on_a_prover(|node| {
		let block = commit_next(&mut World::new());
		node.next_block();
		for wait in [10_000, 20_000] {
			let time = node.time();
			assert!(mailbox::change(&id(&block), |job| job?.claim(PROVER, time)));
			assert!(mailbox::change(&id(&block), |job| job?.give_up(PROVER, "no key", time)));
			node.wait(wait - SLOT - 1);
			node.next_block();
			assert_eq!(node.state(&block), State::Failed { at: time, reason: "no key".into() });
			node.wait(1);
			node.run();
			assert_eq!(node.state(&block), State::Wanted { since: node.time() });
		}
		assert_eq!(node.job(&block).expect("there is a job").failures, 2);
	});
}

#[test]
fn nothing_should_happen_when_the_node_has_no_key() {
	on_a_node(false, true, ExtBuilder::default(), |node| {
		let block = commit_next(&mut World::new());
		node.next_block();
		assert_eq!(node.job(&block), None);
		assert_eq!(mailbox::jobs(), []);
		assert_eq!(node.database.0.read().persistent_storage.get(LOCK), None);
	});
}

#[test]
fn nothing_should_happen_when_the_chain_has_no_network() {
	on_a_node(true, true, ExtBuilder::alone(), |node| {
		node.next_block();
		let database = node.database.0.read();
		assert_eq!(database.persistent_storage.get(INDEX), None);
		assert_eq!(database.persistent_storage.get(LOCK), None);
	});
}

#[test]
fn garbage_in_the_mailbox_should_be_replaced() {
	on_a_prover(|node| {
		let block = commit_next(&mut World::new());
		node.next_block();
		let other_format = [&[2], &Job::new(1).encode()[1..]].concat();
		let ready = Job::new(1).claim(PROVER, 1).expect("wanted").finish(PROVER, vec![[1; 192]]);
		let cut = ready.expect("claimed").encode()[..100].to_vec();
		for garbage in [vec![], vec![0; 3], vec![255; 500], other_format, cut] {
			for key in [INDEX.to_vec(), id(&block).key(), LOCK.to_vec()] {
				sp_io::offchain::local_storage_set(
					sp_core::offchain::StorageKind::PERSISTENT,
					&key,
					&garbage,
				);
			}
			node.next_block();
			assert_eq!(mailbox::jobs(), [id(&block)], "{garbage:?}");
			assert_eq!(node.state(&block), State::Wanted { since: node.time() }, "{garbage:?}");
		}
	});
}

#[test]
fn a_second_node_should_not_send_what_is_proven() {
	on_a_prover(|node| {
		let mut world = World::new();
		let (one, two) = (commit_next(&mut world), commit_next(&mut world));
		node.next_block();
		node.prove(&one);
		// Another node was faster with both: this one has proofs of the first and none of the second.
		prove(&one).expect("the block is proven");
		prove(&two).expect("the block is proven");
		node.next_block();
		assert_eq!(node.sent(), []);
		assert_eq!(node.job(&two), None, "nobody need go on");
		assert!(matches!(node.state(&one), State::Ready { .. }), "kept, in case of a fork");
		let late = call(&one, node.job(&one).expect("kept").proofs().expect("ready"));
		let refused = late.dispatch(RuntimeOrigin::signed(account(5)));
		assert_eq!(refused.expect_err("obsolete").error, Error::<Test>::AlreadyProven.into());
	});
}

#[test]
fn jobs_should_be_removed_when_their_blocks_are_proven_for_a_while() {
	on_a_prover(|node| {
		let mut world = World::new();
		let mut blocks: Vec<Block> = Vec::new();
		for _ in 0..KEEP + 3 {
			// As late as the chain allows: it remembers one block more than jobs are kept for.
			if let Some(oldest) = blocks.len().checked_sub(MAX_OPEN_BLOCKS as usize) {
				certify(&blocks[oldest]).expect("the block is certified");
				execute(&blocks[oldest]).expect("the block is executed");
			}
			let block = commit_next(&mut world);
			node.next_block();
			node.prove(&block);
			node.next_block();
			prove(&block).expect("the block is proven");
			blocks.push(block);
		}
		node.next_block();
		let (gone, kept) = blocks.split_at(3);
		assert!(Rollup::block_status(gone[2].number()).is_some(), "the chain remembers it");
		assert_eq!(mailbox::jobs(), kept.iter().map(id).collect::<Vec<_>>());
		assert!(kept.iter().all(|block| node.job(block).is_some()));
		assert!(gone.iter().all(|block| node.job(block).is_none()), "nothing is left behind");
	});
}

#[test]
fn a_refused_block_should_not_be_proven() {
	on_a_prover(|node| {
		let mut world = World::new();
		let blocks = [(); 3].map(|()| commit_next(&mut world));
		node.next_block();
		assert_eq!(mailbox::jobs().len(), 3);
		let refusal = VoteMessage::about(VoteKind::Refuse, A, &blocks[1].header);
		Rollup::refuse(&refusal).expect("the block is not proven");
		node.next_block();
		assert_eq!(mailbox::jobs(), [id(&blocks[0])]);
		assert_eq!(node.job(&blocks[2]), None, "nor the ones after it");
	});
}

#[test]
fn jobs_should_go_when_exodus_begins() {
	on_a_prover(|node| {
		let block = commit_next(&mut World::new());
		node.next_block();
		node.prove(&block);
		deposit(1, 0, 1_000);
		advance(PERIODS.expiry);
		Rollup::enter_exodus(RuntimeOrigin::signed(account(2))).expect("the deposit has expired");
		node.next_block();
		assert_eq!(mailbox::jobs(), []);
		assert_eq!(node.job(&block), None);
		assert_eq!(node.sent(), []);
	});
}

#[test]
fn proofs_should_wait_when_the_rollup_is_halted() {
	on_a_prover(|node| {
		let block = commit_next(&mut World::new());
		node.next_block();
		node.prove(&block);
		Rollup::halt(RuntimeOrigin::signed(guardian())).expect("the guardian may");
		node.next_block();
		assert_eq!(node.sent(), []);
		assert!(matches!(node.state(&block), State::Ready { .. }));
		Rollup::resume(RuntimeOrigin::root()).expect("governance may");
		node.next_block();
		assert_eq!(node.sent().len(), 1);
	});
}

#[test]
fn proofs_should_not_be_sent_when_the_chain_would_refuse_them() {
	on_a_prover(|node| {
		let block = commit_next(&mut World::new());
		node.next_block();
		node.prove(&block);
		VerifyAnswer::set(Err(DispatchError::Other("they do not hold")));
		take_events();
		node.next_block();
		assert_eq!(node.sent(), []);
		let State::Failed { reason, .. } = node.state(&block) else { panic!("it failed") };
		assert_eq!(reason, "the chain would refuse the proofs: they do not hold");

		// Once they hold they are sent, and what was rehearsed is not in the state.
		VerifyAnswer::set(Ok(()));
		node.wait(20_000);
		node.next_block();
		node.prove(&block);
		node.next_block();
		assert_eq!(node.sent().len(), 1);
		assert_eq!(crate::Progress::<Test>::get().proven, BlockNumber(0));
		assert!(take_events().is_empty());
	});
}

#[test]
fn a_job_should_fail_when_there_are_more_proofs_than_a_block_can_have() {
	on_a_prover(|node| {
		let block = commit_next(&mut World::new());
		node.next_block();
		let claimed = Job::new(node.time()).claim(PROVER, node.time()).expect("wanted");
		node.put(&block, claimed.finish(PROVER, vec![[0; 192]; 6]).expect("claimed"));
		node.next_block();
		assert_eq!(node.sent(), []);
		assert!(matches!(node.state(&block), State::Failed { .. }));
	});
}

#[test]
fn proofs_should_stay_ready_when_the_pool_refuses_them() {
	on_a_node(true, false, ExtBuilder::default(), |node| {
		let block = commit_next(&mut World::new());
		node.next_block();
		let proofs = node.prove(&block);
		node.next_block();
		assert_eq!(node.state(&block), State::Ready { proofs: proofs.clone() });

		// One that was in the pool may still be there: it gets its time again.
		let ready = node.job(&block).expect("ready");
		let at = System::block_number() - 1;
		node.put(&block, ready.submit(at).expect("ready"));
		advance(LONGEVITY);
		node.next_block();
		let at = System::block_number();
		assert_eq!(node.state(&block), State::Submitted { at, tries: 2, proofs });
	});
}
