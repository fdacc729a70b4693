// SPDX-License-Identifier: Apache-2.0

//! Any process may die at any moment, as by `kill -9`: what was taken is done once, and nothing twice.

use ligature_cli::session::Goal;
use ligature_e2e::{ALPHA, Auditor, BETA, Holdings, World, solvency, units};
use ligature_operator_api::TransactionHash;
use ligature_primitives::ids::BlockNumber;
use std::time::Duration;

/// Ferdie sends Eve a USDT and waits until that has come so far. `spent` is what it costs him, fees included.
async fn send(world: &World, goal: Option<Goal>, spent: &mut u128) -> TransactionHash {
	let transfer = world.transfer(&world.ferdie, &world.usdt, &world.eve, "1").await;
	*spent += units(&world.usdt, "1").get() + transfer.fee.get();
	let hash = world.send(&transfer).await;
	if let Some(goal) = goal {
		world.reaches(hash, goal).await;
	}
	hash
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_at_any_stage_should_lose_and_double_nothing() {
	let mut world = World::start().await;
	let auditor = Auditor::beside(&world);
	world.deposits("1000", "1").await;
	world.settled().await;
	let before = Holdings::of(&world, &world.ferdie).await;
	let (mut hashes, mut spent) = (Vec::new(), 0);

	// The operator: when nothing but its store knows the transaction, when only it knows the block, and at every stage.
	let stages =
		[None, Some(Goal::Block), Some(Goal::Committed), Some(Goal::Proven), Some(Goal::Certified)];
	for goal in stages {
		let hash = send(&world, goal, &mut spent).await;
		world.say(&format!("the operator dies: {goal:?}"));
		world.network().kill("operator").expect("it dies");
		world.restart("operator").await.expect("it comes back");
		hashes.push(hash);
	}
	for hash in &hashes {
		world.reaches(*hash, Goal::Executed).await;
	}

	// A node and its prover, with a block that is to be proven; then the other one, in the middle of proving.
	for (name, chain) in [("alpha", ALPHA), ("beta", BETA)] {
		let hash = send(&world, Some(Goal::Committed), &mut spent).await;
		world.say(&format!("{name} dies"));
		world.network().kill(name).expect("it dies");
		// The operator goes on without it for a while.
		tokio::time::sleep(Duration::from_secs(4)).await;
		world.restart(name).await.expect("it comes back");
		world.reaches(hash, Goal::Executed).await;
		assert!(world.status(chain).await.counters.executed.0 > 0);
		hashes.push(hash);
	}

	// An oracle, when there is something to sign: the others are enough. It comes back with its journal.
	let hash = send(&world, Some(Goal::Committed), &mut spent).await;
	world.say("an oracle dies");
	world.network().kill("oracle-2").expect("it dies");
	world.reaches(hash, Goal::Executed).await;
	hashes.push(hash);

	// A second one: three of four must sign, so nothing is certified until one is back.
	world.network().kill("oracle-3").expect("it dies");
	let hash = send(&world, Some(Goal::Proven), &mut spent).await;
	world.say("two oracles are dead, the block is proven");
	let certified = world.status(ALPHA).await.counters.certified;
	tokio::time::sleep(Duration::from_secs(12)).await;
	for chain in [ALPHA, BETA] {
		let counters = world.status(chain).await.counters;
		assert_eq!(counters.certified, certified, "two of four certify nothing");
		assert!(counters.proven > certified, "it is proven and waits");
	}
	auditor.finds(&world, "Stalled", None, BlockNumber(certified.0 + 1)).await;
	world.restart("oracle-2").await.expect("it comes back");
	world.reaches(hash, Goal::Executed).await;
	hashes.push(hash);
	world.restart("oracle-3").await.expect("it comes back");
	let settled = world.settled().await;

	// Each transaction is in exactly one block, and its money has moved once.
	world.each_done_once(&hashes).await;
	let after = Holdings::of(&world, &world.ferdie).await;
	assert_eq!(before.usdt - after.usdt, spent);
	solvency(&world).await;
	auditor.has_seen(&world, settled).await;
	auditor.stop(&[]);
	world.stop().await;
}
