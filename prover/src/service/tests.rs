// SPDX-License-Identifier: Apache-2.0

//! The service against a mailbox in memory, with a test in the place of chain, source, worker and clock. Real blocks
//! and proofs are in `tests/service.rs`.

use super::*;
use crate::{
	bundle::{Bundle, Part},
	source::Mismatch,
};
use codec::{Decode, Encode};
use ligature_ledger::{BlockParams, Ledger, record::BlockRecord};
use ligature_primitives::{
	constants::{JoinClass, SizeClass},
	header::Network,
	ids::{AccountIndex, ChainId, NetworkId, Timestamp},
	mailbox::{INDEX, Index},
};
use std::{
	collections::HashMap,
	sync::{
		Arc, Mutex,
		atomic::{AtomicU64, Ordering},
	},
};

const ME: ProverName = ProverName(1);
const OTHER: ProverName = ProverName(2);
/// The time at which a test begins.
const START: Millis = 1_000_000;

/// A mailbox in memory.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<HashMap<Vec<u8>, Vec<u8>>>>);

impl Store for Memory {
	fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
		self.0.lock().unwrap().get(key).cloned()
	}

	fn compare_and_set(&self, key: &[u8], old: Option<&[u8]>, new: &[u8]) -> bool {
		let mut values = self.0.lock().unwrap();
		let same = values.get(key).map(Vec::as_slice) == old;
		if same {
			values.insert(key.to_vec(), new.to_vec());
		}
		same
	}
}

impl Memory {
	fn set(&self, key: Vec<u8>, value: Vec<u8>) {
		self.0.lock().unwrap().insert(key, value);
	}

	fn job(&self, id: &JobId) -> Option<Job> {
		Job::decode(&mut &self.get(&id.key())?[..]).ok()
	}

	fn put(&self, id: &JobId, job: &Job) {
		self.set(id.key(), job.encode());
	}
}

fn network() -> Network {
	Network::new(NetworkId(7), vec![ChainId(1), ChainId(2)]).unwrap()
}

fn header(number: u64) -> Header {
	let root = Ledger::new(network()).states()[0].root();
	let genesis = Header::genesis(&network(), [0; 32], [0; 32], root);
	Header { number: BlockNumber(number), ..genesis }
}

fn id(number: u64) -> JobId {
	JobId { number: BlockNumber(number), hash: header(number).hash() }
}

/// Has committed to every block of [`header`] but number 13, and cannot be asked for 14.
struct Committed;

impl Chain for Committed {
	fn header(&self, number: BlockNumber) -> Result<Option<Header>, Box<dyn Error + Send + Sync>> {
		match number.0 {
			13 => Ok(Some(Header { revert_epoch: 1, ..header(13) })),
			14 => Err("the database is closed".into()),
			number => Ok(Some(header(number))),
		}
	}
}

/// Has every block but number 3, and cannot read number 4.
struct Blocks;

impl BlockSource for Blocks {
	fn fetch(&self, header: &Header) -> Result<Option<SourceBlock>, Box<dyn Error + Send + Sync>> {
		match header.number.0 {
			3 => Ok(None),
			4 => Err("the disk is gone".into()),
			_ => Ok(Some(SourceBlock {
				before: Ledger::new(network()),
				record: BlockRecord {
					params: BlockParams {
						number: header.number,
						timestamp: Timestamp::default(),
						fee_accounts: vec![AccountIndex::ZERO; 2],
						classes: vec![SizeClass::EMPTY; 2],
						join_class: JoinClass::EMPTY,
						verify_signatures: true,
					},
					operations: Vec::new(),
				},
			})),
		}
	}
}

type Labour = dyn Fn(&Header, &dyn WatchJob) -> Result<Bundle, WorkError> + Send + Sync;

/// Does what a test says.
struct Does(Box<Labour>);

impl Work for Does {
	fn prove(
		&self,
		header: &Header,
		block: SourceBlock,
		watch: &dyn WatchJob,
	) -> Result<Bundle, WorkError> {
		assert_eq!(block.record.params.number, header.number);
		(self.0)(header, watch)
	}
}

/// What the service told its observer.
#[derive(Clone, Default)]
struct Seen {
	activities: Arc<Mutex<Vec<Activity>>>,
	outcomes: Arc<Mutex<Vec<Outcome>>>,
	jobs: Arc<Mutex<(usize, usize)>>,
}

impl Observer for Seen {
	fn jobs(&self, listed: usize, wanted: usize) {
		*self.jobs.lock().unwrap() = (listed, wanted);
	}

	fn activity(&self, activity: Activity) {
		self.activities.lock().unwrap().push(activity);
	}

	fn ended(&self, outcome: Outcome, _: Duration) {
		self.outcomes.lock().unwrap().push(outcome);
	}
}

/// A service and what lies around it.
struct Scene {
	store: Memory,
	clock: Arc<AtomicU64>,
	seen: Seen,
	service: Service,
	stop: CancelFlag,
}

/// A mailbox with these jobs, wanted, and a service whose work is `labour`.
fn scene(
	jobs: &[u64],
	labour: impl Fn(&Header, &dyn WatchJob) -> Result<Bundle, WorkError> + Send + Sync + 'static,
) -> Scene {
	let store = Memory::default();
	store.set(INDEX.to_vec(), Index::new(jobs.iter().map(|number| id(*number)).collect()).encode());
	for number in jobs {
		store.put(&id(*number), &Job::new(START));
	}
	let clock = Arc::new(AtomicU64::new(START));
	let seen = Seen::default();
	let service = service(ME, &store, &clock, &seen, labour);
	Scene { store, clock, seen, service, stop: CancelFlag::default() }
}

fn service(
	name: ProverName,
	store: &Memory,
	clock: &Arc<AtomicU64>,
	seen: &Seen,
	labour: impl Fn(&Header, &dyn WatchJob) -> Result<Bundle, WorkError> + Send + Sync + 'static,
) -> Service {
	let clock = clock.clone();
	Service {
		name,
		store: Box::new(store.clone()),
		chain: Box::new(Committed),
		source: Box::new(Blocks),
		work: Box::new(Does(Box::new(labour))),
		clock: Box::new(move || clock.load(Ordering::SeqCst)),
		observer: Box::new(seen.clone()),
	}
}

/// Two proofs.
fn bundle(header: &Header, _: &dyn WatchJob) -> Result<Bundle, WorkError> {
	let proofs = vec![(Part::Half(ChainId(2)), [2; 192]), (Part::Join, [9; 192])];
	Ok(Bundle { number: header.number, proofs })
}

/// Waits until something has happened on another thread.
fn wait(happened: impl Fn() -> bool) {
	let end = Instant::now() + Duration::from_secs(30);
	while !happened() {
		assert!(Instant::now() < end, "it never happened");
		thread::sleep(Duration::from_millis(5));
	}
}

/// Works until it is told to stop.
fn until_cancelled(watch: &dyn WatchJob) -> Result<Bundle, WorkError> {
	wait(|| watch.cancelled());
	Err(WorkError::OtherBlock(Mismatch::Network))
}

#[test]
fn a_wanted_job_should_be_done() {
	let it = scene(&[1], bundle);
	assert_eq!(it.service.step(&it.stop), Step::Ended(id(1), Outcome::Proven));
	let proofs = vec![[2; 192], [9; 192]];
	assert_eq!(it.store.job(&id(1)).unwrap().state, State::Ready { proofs });
	assert_eq!(*it.seen.jobs.lock().unwrap(), (1, 1));

	assert_eq!(it.service.step(&it.stop), Step::Idle);
	assert_eq!(*it.seen.jobs.lock().unwrap(), (1, 0));
	assert_eq!(*it.seen.activities.lock().unwrap(), [Activity::Proves, Activity::Idle]);
	assert_eq!(*it.seen.outcomes.lock().unwrap(), [Outcome::Proven]);
}

#[test]
fn the_lowest_wanted_job_should_come_first() {
	let it = scene(&[9, 2, 1, 5], bundle);
	it.store.put(&id(1), &Job::new(START).claim(OTHER, START).unwrap());
	let order = [(); 3].map(|()| it.service.step(&it.stop));
	assert_eq!(order, [2, 5, 9].map(|number| Step::Ended(id(number), Outcome::Proven)));
	assert_eq!(it.service.step(&it.stop), Step::Idle, "the claim of another prover holds");
}

#[test]
fn a_job_should_be_left_alone_when_its_block_is_not_there_yet() {
	let it = scene(&[3, 5], bundle);
	assert_eq!(it.service.step(&it.stop), Step::Ended(id(5), Outcome::Proven));
	assert_eq!(it.service.step(&it.stop), Step::WaitsForBlocks);
	assert_eq!(it.store.job(&id(3)), Some(Job::new(START)));
	assert_eq!(it.seen.activities.lock().unwrap().last(), Some(&Activity::WaitsForBlocks));
}

#[test]
fn a_job_should_be_left_alone_when_the_chain_has_another_block() {
	let it = scene(&[13], bundle);
	assert_eq!(it.service.step(&it.stop), Step::Idle);
	assert_eq!(it.store.job(&id(13)), Some(Job::new(START)));
}

#[test]
fn a_job_should_be_left_alone_when_the_chain_cannot_be_asked() {
	let it = scene(&[14], bundle);
	assert_eq!(it.service.step(&it.stop), Step::Idle);
	assert_eq!(it.store.job(&id(14)), Some(Job::new(START)));
}

#[test]
fn a_job_should_fail_with_its_reason_when_the_source_fails() {
	let it = scene(&[4], bundle);
	assert_eq!(it.service.step(&it.stop), Step::Ended(id(4), Outcome::Failed));
	let job = it.store.job(&id(4)).unwrap();
	assert_eq!(job.state, State::Failed { at: START, reason: "the disk is gone".into() });
	assert_eq!(job.failures, 1);
	assert_eq!(it.service.step(&it.stop), Step::Idle, "the worker says when it is wanted again");
}

#[test]
fn a_job_should_fail_with_its_reason_when_the_work_fails() {
	let it = scene(&[1], |_, _| Err(WorkError::OtherBlock(Mismatch::Network)));
	assert_eq!(it.service.step(&it.stop), Step::Ended(id(1), Outcome::Failed));
	let State::Failed { reason, .. } = it.store.job(&id(1)).unwrap().state else { panic!() };
	assert!(reason.contains("another block") && reason.contains("another network"), "{reason}");
}

#[test]
fn two_services_should_not_do_the_same_job() {
	let (store, clock) = (Memory::default(), Arc::new(AtomicU64::new(START)));
	store.set(INDEX.to_vec(), Index::new(vec![id(1)]).encode());
	store.put(&id(1), &Job::new(START));
	let other = service(OTHER, &store, &clock, &Seen::default(), bundle);
	let me = service(ME, &store, &clock, &Seen::default(), move |header, watch| {
		assert_eq!(other.step(&CancelFlag::default()), Step::Idle);
		bundle(header, watch)
	});
	assert_eq!(me.step(&CancelFlag::default()), Step::Ended(id(1), Outcome::Proven));
}

#[test]
fn a_claim_should_not_be_made_when_another_was_faster() {
	/// Lets another prover claim the job just before each change.
	struct Race(Memory);

	impl Store for Race {
		fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
			self.0.get(key)
		}

		fn compare_and_set(&self, key: &[u8], old: Option<&[u8]>, new: &[u8]) -> bool {
			self.0.put(&id(1), &Job::new(START).claim(OTHER, START).unwrap());
			self.0.compare_and_set(key, old, new)
		}
	}

	let mut it = scene(&[1], |_, _| panic!("the job is another's"));
	it.service.store = Box::new(Race(it.store.clone()));
	assert_eq!(it.service.step(&it.stop), Step::Idle);
	assert_eq!(it.store.job(&id(1)).unwrap().state, State::Claimed { by: OTHER, at: START });
}

#[test]
fn a_claim_should_be_renewed_while_the_work_goes_on() {
	let mut it = scene(&[1], bundle);
	let (store, clock) = (it.store.clone(), it.clock.clone());
	it.service.work = Box::new(Does(Box::new(move |header, watch| {
		for _ in 0..2 {
			let now = clock.fetch_add(RENEWAL, Ordering::SeqCst) + RENEWAL;
			wait(|| store.job(&id(1)).unwrap().state == State::Claimed { by: ME, at: now });
		}
		assert!(!watch.cancelled());
		bundle(header, watch)
	})));
	assert_eq!(it.service.step(&it.stop), Step::Ended(id(1), Outcome::Proven));
}

#[test]
fn the_work_should_stop_when_the_job_is_gone() {
	let mut it = scene(&[1], bundle);
	let (store, clock) = (it.store.clone(), it.clock.clone());
	it.service.work = Box::new(Does(Box::new(move |_, watch| {
		store.0.lock().unwrap().remove(&id(1).key());
		clock.fetch_add(RENEWAL, Ordering::SeqCst);
		until_cancelled(watch)
	})));
	assert_eq!(it.service.step(&it.stop), Step::Ended(id(1), Outcome::Lost));
	assert_eq!(it.store.job(&id(1)), None, "a job that was removed stays away");
}

#[test]
fn proofs_should_be_thrown_away_when_the_job_is_another_s_by_then() {
	let mut it = scene(&[1], bundle);
	let store = it.store.clone();
	let theirs = Job::new(START).claim(OTHER, START).unwrap();
	let taken_over = theirs.clone();
	it.service.work = Box::new(Does(Box::new(move |header, watch| {
		store.put(&id(1), &taken_over);
		bundle(header, watch)
	})));
	assert_eq!(it.service.step(&it.stop), Step::Ended(id(1), Outcome::Lost));
	assert_eq!(it.store.job(&id(1)), Some(theirs));
}

#[test]
fn a_job_should_be_free_again_when_the_service_stops() {
	let mut it = scene(&[1], bundle);
	let stop = it.stop.clone();
	it.service.work = Box::new(Does(Box::new(move |_, watch| {
		stop.cancel();
		until_cancelled(watch)
	})));
	assert_eq!(it.service.step(&it.stop), Step::Ended(id(1), Outcome::Released));
	assert_eq!(it.store.job(&id(1)), Some(Job::new(START)), "and it has not failed");
	// As if after a restart.
	let again = service(OTHER, &it.store, &it.clock, &it.seen, bundle);
	assert_eq!(again.step(&CancelFlag::default()), Step::Ended(id(1), Outcome::Proven));
}

#[test]
fn a_service_should_run_until_it_is_stopped() {
	let it = scene(&[1, 2], bundle);
	thread::scope(|scope| {
		let running = scope.spawn(|| it.service.run(&it.stop));
		wait(|| it.seen.outcomes.lock().unwrap().len() == 2);
		assert!(!running.is_finished());
		it.stop.cancel();
	});
	assert_eq!(it.seen.activities.lock().unwrap().last(), Some(&Activity::Stopped));
}

#[test]
fn garbage_in_the_mailbox_should_be_passed_over() {
	let it = scene(&[1, 2], bundle);
	for garbage in [vec![], vec![2, 0, 0, 0, 0, 0], vec![255; 300]] {
		it.store.set(id(1).key(), garbage.clone());
		it.store.put(&id(2), &Job::new(START));
		assert_eq!(it.service.step(&it.stop), Step::Ended(id(2), Outcome::Proven));
		assert_eq!(it.store.get(&id(1).key()), Some(garbage), "it is the worker's to mend");
	}
	it.store.set(INDEX.to_vec(), vec![255; 300]);
	assert_eq!(it.service.step(&it.stop), Step::Idle);
}
