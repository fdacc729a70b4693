// SPDX-License-Identifier: Apache-2.0

//! Oracles that lie. One of four stops nothing, and loses its bond. Three of four, who are more than two thirds, can
//! tear the chains apart: certify on one what they withhold from the other, and, with the operator, settle different
//! blocks that move nothing. They cannot certify what a chain has not proven itself, or out of order, and no balance
//! moves without its proof.
//!
//! That nothing is certified while two of four are dead, and all of it once one is back, is a part of `kills`.

use ligature_chain::{Call, Signer};
use ligature_cli::{devnet, session::Goal};
use ligature_e2e::{
	ALPHA, Auditor, BETA, Denial, Holdings, Vault, World, certificate, following, member, solvency,
	units, vote,
};
use ligature_operator_api::{RelayApiClient, TransactionState};
use ligature_oracle::{MemberKey, ballots::Ballot};
use ligature_primitives::{
	constants::TORN_BLOCKS,
	header::Header,
	ids::{BlockNumber, ChainId},
	poseidon::Word,
	vote::VoteMessage,
};

/// What an oracle loses: a thousand of the native token. A fifth is for who has brought the evidence.
const BOND: u128 = 1_000_000_000_000_000;

/// Somebody who brings what others have signed.
const ANYBODY: &str = "//Ferdie";

/// The keys of three oracles, in the wrong hands.
struct Three([MemberKey; 3]);

impl Three {
	fn new() -> Self {
		Self(["//Alice", "//Bob", "//Charlie"].map(member))
	}

	/// The call that brings a certificate of so many of them.
	async fn certify(&self, world: &World, message: &VoteMessage, signers: usize) -> Call {
		let signers: Vec<_> = self.0.iter().take(signers).collect();
		Call::SubmitCertificate(certificate(world, &signers, message).await)
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn oracles_that_lie_should_stop_nothing_as_one_and_take_nothing_as_three() {
	let mut world = World::start().await;
	let auditor = Auditor::beside(&world);
	world.deposits("1000", "1").await;
	world.settled().await;
	let three = Three::new();

	one_signs_twice(&mut world, &auditor, &three.0[0]).await;
	three_tear(&mut world, &auditor, &three).await;
	three_forge(&mut world, &auditor, &three).await;
	auditor.stop(&["CertifiedUnproven", "HeadersDiffer", "RootMismatch"]);
	solvency(&world).await;
	world.stop().await;
}

/// Evidence that a member has signed both.
fn evidence(liar: &MemberKey, one: &Header, other: &Header) -> Call {
	let [first, second] =
		[one, other].map(|header| Box::new(vote(liar, &VoteMessage::block(header))));
	Call::ReportEquivocation { key: liar.public(), first, second }
}

/// Somebody has the key of the first oracle, and signs two blocks of one number.
async fn one_signs_twice(world: &mut World, auditor: &Auditor, alice: &MemberKey) {
	let heights = [world.height(ALPHA).await, world.height(BETA).await];
	let (one, other) = world.fork().await;
	let operator = world.session.operator().unwrap();
	for header in [&one, &other] {
		let vote = vote(alice, &VoteMessage::block(header));
		let ballot = Ballot { member: alice.public(), vote };
		operator.vote(ballot.bytes()).await.unwrap();
	}

	// The oracle whose key it is hears of votes that it knows nothing of, and signs no more.
	let last = world.died("oracle-1").await;
	let reason = format!(
		"a vote of this member's is not in the journal: Block about block {}, given by the relay",
		one.number
	);
	assert!(last.contains(&reason), "{last}");
	world.say("the oracle whose key it is has stopped");

	// Settlement goes on with the three others.
	let transfer = world.transfer(&world.ferdie, &world.usdt, &world.eve, "1").await;
	let info = world.all_the_way(&transfer).await;
	let TransactionState::InBlock { block, .. } = info.state else { panic!("it is executed") };
	let mut honest = ["//Bob", "//Charlie", "//Dave"].map(|name| member(name).public());
	honest.sort_unstable();
	for chain in [ALPHA, BETA] {
		let best = world.chain(chain).await.best().await.unwrap();
		let votes = best.votes(BlockNumber(block)).await.unwrap().unwrap();
		assert_eq!((&votes.signers[..], &votes.others[..]), (&honest[..], &[alice.public()][..]));
	}
	world.say("settlement goes on");

	// They have brought the evidence to both chains by themselves.
	let owner = Signer::from_suri("//Alice").unwrap().account();
	let stashes = ["//Bob//stash", "//Charlie//stash", "//Dave//stash"]
		.map(|suri| Signer::from_suri(suri).unwrap().account());
	for (chain, above) in [ALPHA, BETA].into_iter().zip(heights) {
		let slashed = world.event(chain, above, "RootOracle", "MemberSlashed").await;
		assert_eq!(slashed.bytes32("key"), Some(alice.public()));
		assert_eq!(slashed.bytes32("account"), Some(owner));
		assert_eq!(slashed.number("amount"), Some(BOND));
		assert_eq!(slashed.number("reward"), Some(BOND / 5));
		assert!(stashes.contains(&slashed.bytes32("reporter").unwrap()), "another oracle has");
		// A bond is lost once.
		let again = world.bring(chain, &evidence(alice, &one, &other), ANYBODY).await;
		assert_eq!(again, Err(Denial::Pool));
		auditor.finds(world, "MemberSlashed", chain, None).await;
	}
	assert!(auditor.alarms().is_empty(), "one of four breaks nothing: {:?}", auditor.alarms());
	world.say("its bond is slashed on both chains");
}

/// Three keys certify a true block, and bring the certificate to one chain only.
async fn three_tear(world: &mut World, auditor: &Auditor, three: &Three) {
	for name in ["oracle-2", "oracle-3"] {
		world.network().kill(name).expect("it dies");
	}
	let before = Holdings::of(world, &world.eve).await;
	let amount = units(&world.usdt, "10");
	let withdrawal = world.withdrawal(&world.eve, &world.usdt, "10").await;
	let hash = world.send(&withdrawal).await;
	let info = world.reaches(hash, Goal::Proven).await;
	let TransactionState::InBlock { block, .. } = info.state else { panic!("it is proven") };
	let (number, last) = (BlockNumber(block), BlockNumber(block - 1));
	for chain in [ALPHA, BETA] {
		assert_eq!(world.status(chain).await.counters.certified, last, "one honest vote is none");
	}

	let message = VoteMessage::block(&world.block(ALPHA, number).await.unwrap().header);
	let two = three.certify(world, &message, 2).await;
	let refused = world.bring(ALPHA, &two, ANYBODY).await;
	assert_eq!(refused, Denial::call("RootOracle.NotEnoughSigners"));
	let call = three.certify(world, &message, 3).await;
	world.bring(ALPHA, &call, ANYBODY).await.unwrap();
	world.until("alpha pays", async || world.status(ALPHA).await.counters.executed == number).await;
	let paid = Holdings::of(world, &world.eve).await.usdt_outside - before.usdt_outside;
	assert_eq!(paid, amount.get());
	// The chains are torn by this block. Each is solvent by itself, and beta has lost nothing that was joint.
	let behind = world.status(BETA).await.counters;
	assert_eq!((behind.proven, behind.certified), (number, last));
	assert!(number.0 - behind.certified.0 <= TORN_BLOCKS);
	solvency(world).await;
	// The auditor sees what beta waits for, and no rule that is broken.
	auditor.finds(world, "Stalled", BETA, number).await;
	assert!(auditor.alarms().is_empty(), "{:?}", auditor.alarms());

	// Anybody relays the certificate, and closes the gap.
	world.bring(BETA, &call, ANYBODY).await.unwrap();
	assert_eq!(world.settled().await, number);
	world.say("a certificate that was withheld tears, and closes the gap once it comes");
}

/// Whether the fourth oracle has seen so many blocks executed on a chain, by its own metrics.
async fn seen_executed(server: &str, chain: ChainId, number: BlockNumber) -> bool {
	let (_, metrics) = devnet::get(server, "/metrics").await.unwrap();
	let gauge =
		format!("ligature_oracle_rollup_height{{chain=\"{chain}\",stage=\"executed\"}} {number}");
	metrics.lines().any(|line| line == gauge)
}

/// Three keys and the operator's lie together.
async fn three_forge(world: &mut World, auditor: &Auditor, three: &Three) {
	let settled = world.settled().await;
	world.network().kill("operator").expect("it dies");
	let vaults = [Vault::all(world, ALPHA).await, Vault::all(world, BETA).await];

	// A payment that nobody has signed is never proven, whoever certifies it.
	let (header, data) = world.invented(world.eve.owner()).await;
	let call = three.certify(world, &VoteMessage::block(&header), 3).await;
	let execute = |number| Call::ExecuteBlock { number, payments: 1, requests: 0 };
	for (chain, data) in [(ALPHA, data), (BETA, vec![])] {
		let commit = Call::CommitBlock { header: header.clone(), data };
		assert_eq!(world.lie(chain, &commit).await, Ok(()));
		let refused = world.bring(chain, &call, ANYBODY).await;
		assert_eq!(refused, Denial::call("Rollup.NotProven"));
		let refused = world.lie(chain, &execute(header.number)).await;
		assert_eq!(refused, Denial::call("Rollup.NotNextToExecute"));
	}
	auditor.finds(world, "RootMismatch", ALPHA, header.number).await;
	world.take_back(settled).await;
	world.say("what is not proven is not certified");

	// Blocks in which nothing happens need no proof: one and two for alpha, another one for beta.
	let (one, other) = world.fork().await;
	let two = following(&one);
	let alpha = async {
		world.commit_empty(ALPHA, &one).await;
		world.commit_empty(ALPHA, &two).await;
	};
	tokio::join!(alpha, world.commit_empty(BETA, &other));
	let certified = VoteMessage::block(&one);
	let other_roots = VoteMessage { new_final_root: Word::from(1), ..certified.clone() };
	for (message, error) in [
		(&VoteMessage::block(&two), "Rollup.NotNextToCertify"),
		(&VoteMessage::block(&other), "Rollup.WrongBlock"),
		(&other_roots, "Rollup.WrongMessage"),
	] {
		let call = three.certify(world, message, 3).await;
		assert_eq!(world.bring(ALPHA, &call, ANYBODY).await, Denial::call(error));
	}
	// What alpha has proven it takes, and there it stays.
	let call = three.certify(world, &certified, 3).await;
	world.bring(ALPHA, &call, ANYBODY).await.unwrap();
	assert_eq!(world.lie(ALPHA, &execute(one.number)).await, Ok(()));
	assert_eq!(world.bring(ALPHA, &call, ANYBODY).await, Err(Denial::Pool), "it is certified");
	assert_eq!(world.bring(BETA, &call, ANYBODY).await, Denial::call("Rollup.WrongBlock"));
	let refused = world.lie(ALPHA, &execute(two.number)).await;
	assert_eq!(refused, Denial::call("Rollup.NotNextToExecute"));
	let revert = Call::RevertBlocks { to: settled, epoch: one.revert_epoch + 1 };
	assert_eq!(world.lie(ALPHA, &revert).await, Denial::call("Rollup.CannotRevert"));

	// To go on with beta they sign a second block of that number. The chains never meet again: headers chain.
	let call = three.certify(world, &VoteMessage::block(&other), 3).await;
	world.bring(BETA, &call, ANYBODY).await.unwrap();
	assert_eq!(world.lie(BETA, &execute(other.number)).await, Ok(()));
	let rejoin = Call::CommitBlock { header: two.clone(), data: vec![] };
	assert_eq!(world.lie(BETA, &rejoin).await, Denial::call("Rollup.WrongParent"));
	world.say("three keys and the operator's have settled a block that differs");
	auditor.finds(world, "HeadersDiffer", None, one.number).await;
	auditor.finds(world, "CertifiedUnproven", None, one.number).await;

	// The honest oracle sees all of it, and has signed none of it.
	let network = world.network();
	let fourth = network.processes().iter().find(|it| it.name == "oracle-4").unwrap();
	let server = fourth.metrics.clone();
	world
		.until("the honest oracle sees it", async || {
			seen_executed(&server, ALPHA, one.number).await
				&& seen_executed(&server, BETA, other.number).await
		})
		.await;
	for number in [one.number, two.number] {
		let signed = world.said("oracle-4", &format!("signed Block about block {number} ("));
		assert!(!signed, "it signs no fork\n{}", world.log("oracle-4"));
	}

	// It was for nothing: no unit has moved, and whoever has the two certificates takes their bonds.
	let after = [Vault::all(world, ALPHA).await, Vault::all(world, BETA).await];
	assert_eq!(after, vaults, "nothing moves without proof");
	for chain in [ALPHA, BETA] {
		let again = world.bring(chain, &evidence(&three.0[0], &one, &other), ANYBODY).await;
		assert_eq!(again, Err(Denial::Pool), "it has lost its bond before");
		for liar in &three.0[1..] {
			let events = world.bring(chain, &evidence(liar, &one, &other), ANYBODY).await.unwrap();
			let slashed = events.iter().find(|event| event.is("RootOracle", "MemberSlashed"));
			let slashed = slashed.expect("there is evidence");
			assert_eq!(slashed.bytes32("key"), Some(liar.public()));
			assert_eq!(slashed.number("amount"), Some(BOND));
		}
	}
	world.say("all three have lost their bonds");
}
