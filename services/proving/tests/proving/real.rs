// SPDX-License-Identifier: Apache-2.0

//! Real keys and real proofs. The keys of the smallest class are kept in the user's cache folder: only the first run
//! makes them.

use crate::{
	board::{Act, Board},
	quick::holds,
	world::World,
};
use ligature_ledger::tree::Sequential;
use ligature_primitives::constants::{JoinClass, SizeClass};
use ligature_prover::{
	Job, Provers,
	key::{Found, KeyStore},
	service::{Work, Worker},
	source::BlockSource,
	watch::CancelFlag,
};
use ligature_proving::{
	KeyEvent, Operator, OperatorSource, ProverConfig, SharedWork, make_keys, run_prover,
};
use std::{num::NonZero, thread, time::Duration};

#[test]
fn a_node_s_prover_and_a_stand_alone_one_should_share_a_block() {
	let store = KeyStore::from_environment().unwrap();
	let (sizes, joins) = ([SizeClass::new(1).unwrap()], [JoinClass::new(1).unwrap()]);
	let mut begun = Vec::new();
	make_keys(&store, &sizes, &joins, |event| {
		if let KeyEvent::Begins { circuit, done, all } = event {
			begun.push((circuit.to_owned(), done, all));
		}
	})
	.unwrap();
	assert_eq!(
		begun.iter().map(|(_, done, all)| (*done, *all)).collect::<Vec<_>>(),
		[(0, 2), (1, 2)]
	);
	make_keys(&store, &sizes, &joins, |event| {
		if let KeyEvent::Ended { circuit, found, size, .. } = event {
			assert_eq!(found, Found::Loaded, "{circuit}");
			assert!(size > 1_000_000, "{circuit}: {size} bytes");
		}
	})
	.unwrap();

	// A block whose header names the keys, as a chain demands.
	let provers = || Provers::insecure_development(store.clone());
	let sample = World::new().unwrap().trade([1, 1], 1, 1).unwrap();
	let job =
		Job::of_block(&sample.before, &sample.header, &sample.sealed, &sample.record.operations);
	let mut world = World::new().unwrap();
	world.keys_digest = provers().keys_digest(&sample.header, &job.unwrap()).unwrap();
	let block = world.trade([1, 1], 1, 1).unwrap();
	let board = Board::new(60);
	for block in &world.blocks {
		board.post(block, None);
	}
	let job = Job::of_block(&block.before, &block.header, &block.sealed, &block.record.operations);
	board.want_parts(&block, job.unwrap());

	let stop = CancelFlag::default();
	let threads = NonZero::<usize>::MIN;
	let operator = Operator::new(&board.url(), stop.clone()).unwrap();
	let source = OperatorSource::new(operator.clone(), Sequential);
	let given = source.fetch(&block.header).unwrap().unwrap();
	let work = SharedWork::new(operator, Worker::new(provers(), threads).unwrap()).unwrap();
	let config = ProverConfig { operator: board.url(), threads, keys: store.clone() };
	let (bundle, tally) = thread::scope(|scope| {
		let other = scope.spawn(|| run_prover(&config, &stop).unwrap());
		let bundle = work.prove(&block.header, given, &()).unwrap();
		// What the board has done, the prover hears a little later.
		thread::sleep(Duration::from_millis(500));
		stop.cancel();
		(bundle, other.join().unwrap())
	});
	assert_eq!(bundle.proofs.len(), 3);
	for (part, proof) in &bundle.proofs {
		let statement = board.statement(&block, crate::board::name_of(*part));
		assert!(holds(&statement, proof), "{part}");
	}
	assert_eq!(board.acts(Act::Brought).len(), 3, "each part was proven once");
	assert!((1..3).contains(&tally.brought), "both have worked: {tally:?}");
	assert_eq!(tally.failed, 0);
}
