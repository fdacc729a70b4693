// SPDX-License-Identifier: Apache-2.0

//! The service with real blocks from a folder, real keys and real proofs.
//!
//! The keys of the smallest class are kept in the user's cache folder: only the first run makes them.

#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

mod common;

use codec::{Decode, Encode};
use common::{Block, World};
use ligature_ledger::tree::Sequential;
use ligature_primitives::{
	header::Header,
	ids::BlockNumber,
	mailbox::{INDEX, Index, Job, JobId, ProverName, State},
};
use ligature_prover::{
	Provers,
	key::KeyStore,
	service::{Chain, Outcome, Service, Step, Store, Worker},
	source::{FolderSource, write_block},
	watch::CancelFlag,
};
use std::{
	collections::HashMap,
	error::Error,
	num::NonZero,
	path::Path,
	sync::{Arc, Mutex},
};

fn provers() -> Provers {
	Provers::insecure_development(KeyStore::from_environment().unwrap())
}

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

/// Has committed to one block.
struct Committed(Header);

impl Chain for Committed {
	fn header(&self, number: BlockNumber) -> Result<Option<Header>, Box<dyn Error + Send + Sync>> {
		Ok((number == self.0.number).then(|| self.0.clone()))
	}
}

fn id(header: &Header) -> JobId {
	JobId { number: header.number, hash: header.hash() }
}

/// A mailbox that wants a block proven, and a service beside it.
fn service(header: &Header, folder: &Path) -> (Memory, Service) {
	let store = Memory::default();
	store.compare_and_set(INDEX, None, &Index::new(vec![id(header)]).encode());
	store.compare_and_set(&id(header).key(), None, &Job::new(0).encode());
	let service = Service {
		name: ProverName(1),
		store: Box::new(store.clone()),
		chain: Box::new(Committed(header.clone())),
		source: Box::new(FolderSource::new(folder, Sequential)),
		work: Box::new(Worker::new(provers(), NonZero::new(2).unwrap()).unwrap()),
		clock: Box::new(|| 0),
		observer: Box::new(()),
	};
	(store, service)
}

fn state(store: &Memory, header: &Header) -> State {
	Job::decode(&mut &store.get(&id(header).key()).unwrap()[..]).unwrap().state
}

/// The keys digest that a chain with this prover's keys demands of such blocks.
fn digest(block: &Block) -> [u8; 32] {
	let (before, operations) = (&block.before, &block.record.operations);
	let job = ligature_prover::Job::of_block(before, &block.header, &block.sealed, operations);
	provers().keys_digest(&block.header, &job.unwrap()).unwrap()
}

#[test]
fn a_block_in_the_folder_should_be_proven_when_it_is_wanted() {
	let mut world = World::new().unwrap();
	world.keys_digest = digest(&World::new().unwrap().trade([1, 1], 1, 1).unwrap());
	let block = world.trade([1, 1], 1, 1).unwrap();
	let folder = tempfile::tempdir().unwrap();
	let (store, service) = service(&block.header, folder.path());
	let stop = CancelFlag::default();
	assert_eq!(service.step(&stop), Step::WaitsForBlocks);

	for block in &world.blocks {
		write_block(folder.path(), &block.header, &block.record, None).unwrap();
	}
	assert_eq!(service.step(&stop), Step::Ended(id(&block.header), Outcome::Proven));
	let State::Ready { proofs } = state(&store, &block.header) else { panic!("it is ready") };
	// The same proofs as without a service: that those verify is tested with them.
	let (before, operations) = (&block.before, &block.record.operations);
	let job = ligature_prover::Job::of_block(before, &block.header, &block.sealed, operations);
	let bundle = provers().prove(&job.unwrap(), &()).unwrap();
	assert_eq!(proofs, bundle.proofs.iter().map(|(_, proof)| *proof).collect::<Vec<_>>());
	assert_eq!(proofs.len(), 3);
}

#[test]
fn a_block_should_fail_with_the_keys_named_when_the_chain_has_others() {
	let mut world = World::new().unwrap();
	let block = world.trade([1, 1], 1, 0).unwrap();
	let folder = tempfile::tempdir().unwrap();
	for block in &world.blocks {
		write_block(folder.path(), &block.header, &block.record, None).unwrap();
	}
	let (store, service) = service(&block.header, folder.path());
	let step = service.step(&CancelFlag::default());
	assert_eq!(step, Step::Ended(id(&block.header), Outcome::Failed));
	let State::Failed { reason, .. } = state(&store, &block.header) else { panic!("it failed") };
	assert!(reason.contains("committed with other keys"), "{reason}");
}
