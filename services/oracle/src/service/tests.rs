// SPDX-License-Identifier: Apache-2.0

//! Whole members, each with its journal, over relays that really run. Only the chains are models: of the rules that the
//! pallets have.

use super::*;
use crate::{
	Metrics, OracleError, Seen,
	ballots::Ballot,
	journal::Journal,
	keys::{MemberKey, verifies},
	relayer::{Outcome, View},
	testing::{
		ALPHA, BETA, NETWORK, child, genesis,
		relay::Relay as Server,
		world::{World, keys},
	},
	watch::Eyes,
};
use async_trait::async_trait;
use futures::{
	FutureExt,
	future::{BoxFuture, ready},
};
use ligature_chain::{Call, ChainError, DispatchError, SignedVote};
use ligature_primitives::{
	header::Digest,
	ids::BlockNumber,
	vote::{Certificate, VoteKind, VoteMessage},
};
use ligature_service_kit::Trigger;
use prometheus::Registry;
use std::{collections::BTreeSet, path::PathBuf, sync::Mutex};
use tokio::{
	task::JoinHandle,
	time::{sleep, timeout},
};

const SOON: Duration = Duration::from_secs(30);

/// The chains, and what was done to them.
#[derive(Clone)]
struct Stage(Arc<Mutex<Acts>>);

struct Acts {
	world: World,
	/// Chains that do not answer.
	down: BTreeSet<ChainId>,
	/// What was brought, and whether the chain has taken it.
	brought: Vec<(ChainId, VoteKind, BlockNumber, bool)>,
	/// Members who were reported, per chain.
	slashed: BTreeSet<(ChainId, [u8; 32])>,
	reports: usize,
}

impl Stage {
	fn new(members: u8) -> Self {
		Self(Arc::new(Mutex::new(Acts {
			world: World::new(members),
			down: BTreeSet::new(),
			brought: Vec::new(),
			slashed: BTreeSet::new(),
			reports: 0,
		})))
	}

	fn with<T>(&self, act: impl FnOnce(&mut Acts) -> T) -> T {
		act(&mut self.0.lock().expect("no panic"))
	}

	/// The chains go on until something holds.
	async fn until(&self, what: &str, holds: impl Fn(&mut Acts) -> bool) {
		let waiting = async {
			while !self.with(&holds) {
				self.with(|acts| acts.world.finalize());
				sleep(Duration::from_millis(20)).await;
			}
		};
		if timeout(SOON, waiting).await.is_err() {
			self.with(|acts| panic!("not soon: {what}; brought: {:?}", acts.brought));
		}
	}

	/// Some blocks of the chains.
	async fn pass(&self, blocks: u32) {
		for _ in 0..blocks {
			self.with(|acts| acts.world.finalize());
			sleep(Duration::from_millis(20)).await;
		}
	}
}

fn unreachable(chain: ChainId) -> ChainError {
	ChainError::Unreachable { url: format!("chain {}", chain.0), reason: "down".into() }
}

/// A member's view of the chains.
struct StageEyes {
	stage: Stage,
	member: [u8; 32],
}

#[async_trait]
impl Eyes for StageEyes {
	async fn look(&mut self) -> Result<Seen, (ChainId, ChainError)> {
		self.stage.with(|acts| {
			if let Some(down) = acts.down.first() {
				return Err((*down, unreachable(*down)));
			}
			let mut seen = acts.world.seen();
			for (chain, seen) in acts.world.chains.iter().zip(&mut seen.chains) {
				let state = chain.next();
				let certificates = state.certifiers.iter();
				let signed = certificates.filter(|(_, signers)| signers.contains(&self.member));
				seen.signed = signed
					.map(|(number, _)| (*number, state.blocks.get(number).map(|h| h.hash())))
					.collect();
			}
			Ok(seen)
		})
	}

	async fn change(&mut self) {
		sleep(Duration::from_millis(20)).await;
	}
}

struct StagePort {
	stage: Stage,
	id: ChainId,
}

impl StagePort {
	fn act(&self, call: &Call) -> Outcome {
		self.stage.with(|acts| {
			let block = acts.world.chain(self.id).next().number;
			let refused = |name: &str| Outcome::Refused {
				block,
				error: DispatchError {
					pallet: "Rollup".into(),
					name: name.into(),
					docs: String::new(),
				},
			};
			let bytes = match call {
				Call::SubmitCertificate(bytes)
				| Call::SubmitRefusal(bytes)
				| Call::SubmitFreeze(bytes) => bytes,
				Call::ReportEquivocation { key, first, second } => {
					acts.reports += 1;
					let holds =
						|vote: &SignedVote| verifies(key, &vote.message.encode(), &vote.signature);
					assert!(holds(first) && holds(second));
					assert!(first.message.contradicts(&second.message));
					return match acts.slashed.insert((self.id, *key)) {
						true => Outcome::Taken { block },
						false => Outcome::Obsolete,
					};
				},
				other => panic!("a relayer does not send {other:?}"),
			};
			let members = acts.world.members.clone();
			let certificate =
				Certificate::decode(bytes, members.len() as u16).expect("well formed");
			certificate.check(&members, verifies).expect("enough good signatures");
			let signers = certificate.signatures.iter().map(|(place, _)| members[*place as usize]);
			let signers: Vec<_> = signers.collect();
			let message = &certificate.message;
			let state = acts.world.on(self.id);
			if matches!(call, Call::SubmitCertificate(_) | Call::SubmitRefusal(_))
				&& message.number <= state.counters.certified
			{
				return Outcome::Obsolete;
			}
			let taken = state.take(message, &signers);
			acts.brought.push((self.id, message.kind, message.number, taken.is_ok()));
			match taken {
				Ok(()) => Outcome::Taken { block },
				Err(name) => refused(name),
			}
		})
	}
}

#[async_trait]
impl Port for StagePort {
	fn id(&self) -> ChainId {
		self.id
	}

	async fn view(&self, blocks: &BTreeSet<(BlockNumber, Digest)>) -> Result<View, ChainError> {
		self.stage.with(|acts| {
			if acts.down.contains(&self.id) {
				return Err(unreachable(self.id));
			}
			let chain = acts.world.chain(self.id);
			Ok(crate::relayer::tests::view(chain.best(), blocks))
		})
	}

	async fn send(&self, calls: Vec<Call>) -> Vec<BoxFuture<'static, Outcome>> {
		calls.iter().map(|call| ready(self.act(call)).boxed()).collect()
	}
}

/// A member that runs.
struct Member {
	running: JoinHandle<Result<(), OracleError>>,
	trigger: Trigger,
	registry: Registry,
}

impl Member {
	fn start(stage: &Stage, key: MemberKey, journal: PathBuf, relays: &[String]) -> Self {
		Self::with_turn(stage, key, journal, relays, Duration::from_millis(1_500))
	}

	fn with_turn(
		stage: &Stage,
		key: MemberKey,
		journal: PathBuf,
		relays: &[String],
		turn: Duration,
	) -> Self {
		let member = key.public();
		let registry = Registry::new();
		let metrics = Metrics::new(&registry).expect("nothing is registered");
		let journal = Journal::open(&journal, NETWORK, &member).expect("a journal");
		let core = Core::new(NETWORK, key, journal, metrics.clone());
		let eyes = StageEyes { stage: stage.clone(), member };
		let port = |id| Arc::new(StagePort { stage: stage.clone(), id }) as Arc<dyn Port>;
		let ports = vec![port(ALPHA), port(BETA)];
		let poll = Duration::from_millis(20);
		let settings = Settings { relays: relays.to_vec(), poll, turn };
		let (shutdown, trigger) = Shutdown::manual();
		let running = tokio::spawn(serve(core, eyes, ports, settings, metrics, shutdown));
		Self { running, trigger, registry }
	}

	async fn stop(self) {
		assert!(!self.running.is_finished(), "it runs");
		self.trigger.request();
		let ended = timeout(SOON, self.running).await.expect("it ends").expect("no panic");
		ended.expect("no error");
	}

	/// Why it has stopped by itself.
	async fn failed(self) -> OracleError {
		let ended = timeout(SOON, self.running).await.expect("it ends").expect("no panic");
		ended.expect_err("it has stopped")
	}

	/// The sum of a metric over all its labels.
	fn metric(&self, name: &str) -> u64 {
		let name = format!("ligature_oracle_{name}");
		let families = self.registry.gather();
		let family = families.iter().find(|family| family.get_name() == name);
		let metrics = family.map(|family| family.get_metric()).unwrap_or_default();
		metrics.iter().map(|metric| metric.get_counter().get_value() as u64).sum()
	}
}

/// A folder of journals, and members of a network of four.
struct Troupe {
	folder: tempfile::TempDir,
	stage: Stage,
}

impl Troupe {
	fn new() -> Self {
		Self { folder: tempfile::tempdir().expect("a folder"), stage: Stage::new(4) }
	}

	fn journal(&self, place: usize) -> PathBuf {
		self.folder.path().join(format!("{place}.journal"))
	}

	fn key(&self, place: usize) -> MemberKey {
		keys(4).swap_remove(place)
	}

	fn member(&self, place: usize, relays: &[String]) -> Member {
		Member::start(&self.stage, self.key(place), self.journal(place), relays)
	}

	fn block(&self) -> ligature_primitives::header::Header {
		self.stage.with(|acts| acts.world.block_on_all(true))
	}

	/// What is in a member's journal; the member has ended.
	fn votes(&self, place: usize) -> Vec<VoteMessage> {
		let member = self.key(place).public();
		let journal = Journal::open(&self.journal(place), NETWORK, &member).expect("it is free");
		journal.memory().since(BlockNumber(0)).cloned().collect()
	}
}

fn certified(number: u64) -> impl Fn(&mut Acts) -> bool {
	move |acts| {
		let chains = acts.world.chains.iter();
		chains.map(|chain| chain.next().counters.certified.0).all(|certified| certified >= number)
	}
}

fn signed(key: &MemberKey, message: VoteMessage) -> ligature_operator_api::VoteBytes {
	let signature = key.sign(&message.encode());
	Ballot { member: key.public(), vote: SignedVote { message, signature } }.bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn four_members_should_certify_blocks_and_bring_each_certificate_once() {
	let (troupe, relay) = (Troupe::new(), Server::start().await);
	// Nobody is absent, so nobody comes after another.
	let start = |place| {
		let (key, journal) = (troupe.key(place), troupe.journal(place));
		Member::with_turn(&troupe.stage, key, journal, &[relay.url()], SOON)
	};
	let members: Vec<_> = (0..4).map(start).collect();
	let mut headers = vec![troupe.block()];
	troupe.stage.until("the first block", certified(1)).await;
	headers.extend((0..5).map(|_| troupe.block()));
	troupe.stage.until("six blocks", certified(6)).await;
	for member in members {
		assert_eq!(member.metric("equivocations_total"), 0);
		member.stop().await;
	}
	// Who looks late need not sign any more.
	let votes: Vec<_> = (0..4).map(|place| troupe.votes(place)).collect();
	for header in &headers {
		let message = VoteMessage::block(header);
		assert!(votes.iter().filter(|votes| votes.contains(&message)).count() >= 3);
	}
	for votes in votes {
		let known = |vote: &VoteMessage| headers.iter().any(|h| VoteMessage::block(h) == *vote);
		assert!(votes.iter().all(known) && votes.len() <= headers.len());
	}
	let mut brought = troupe.stage.with(|acts| acts.brought.clone());
	assert!(brought.iter().all(|(_, _, _, taken)| *taken), "{brought:?}");
	let count = brought.len();
	brought.sort();
	brought.dedup();
	assert_eq!((count, brought.len()), (12, 12), "each once, on both chains");
}

#[tokio::test(flavor = "multi_thread")]
async fn three_of_four_should_do_and_two_should_not() {
	let (troupe, relay) = (Troupe::new(), Server::start().await);
	let mut members: Vec<_> = (0..2).map(|place| troupe.member(place, &[relay.url()])).collect();
	troupe.block();
	troupe.stage.until("two have signed", |_| relay.with(|shelf| shelf.votes.len() == 2)).await;
	troupe.stage.pass(30).await;
	troupe.stage.with(|acts| assert!(acts.brought.is_empty()));
	members.push(troupe.member(3, &[relay.url()]));
	troupe.stage.until("the third has signed", certified(1)).await;
	for _ in 0..8 {
		troupe.block();
	}
	troupe.stage.until("nine blocks", certified(9)).await;
	for member in members {
		member.stop().await;
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn with_one_of_two_relays_down_members_should_go_on() {
	let troupe = Troupe::new();
	let (mut one, mut two) = (Server::start().await, Server::start().await);
	one.stop().await;
	let relays = [one.url(), two.url()];
	let members: Vec<_> = (0..4).map(|place| troupe.member(place, &relays)).collect();
	troupe.block();
	troupe.stage.until("through the second relay", certified(1)).await;
	// The first comes back without votes, the second goes. Three are enough: a slow member does not sign what has its
	// certificate already.
	one.resume().await;
	troupe
		.stage
		.until("the first has the votes", |_| one.with(|shelf| shelf.votes.len() >= 3))
		.await;
	two.stop().await;
	troupe.block();
	troupe.stage.until("through the first relay", certified(2)).await;
	for member in members {
		assert!(member.metric("relay_disconnects_total") >= 2);
		member.stop().await;
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restarted_member_should_go_on_and_sign_nothing_twice() {
	let (troupe, mut relay) = (Troupe::new(), Server::start().await);
	let members: Vec<_> = (0..2).map(|place| troupe.member(place, &[relay.url()])).collect();
	let header = troupe.block();
	troupe.stage.until("two have signed", |_| relay.with(|shelf| shelf.votes.len() == 2)).await;
	for member in members {
		member.stop().await;
	}
	// The relay loses everything: what was signed comes from the journals.
	relay.stop().await;
	relay.with(|shelf| shelf.votes.clear());
	relay.resume().await;
	let members: Vec<_> = (0..3).map(|place| troupe.member(place, &[relay.url()])).collect();
	troupe.stage.until("the block", certified(1)).await;
	let second = troupe.block();
	troupe.stage.until("the next", certified(2)).await;
	for member in members {
		member.stop().await;
	}
	for place in 0..3 {
		let expected = [VoteMessage::block(&header), VoteMessage::block(&second)];
		assert_eq!(troupe.votes(place), expected);
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_who_contradicts_itself_should_be_reported_on_every_chain() {
	let (troupe, relay) = (Troupe::new(), Server::start().await);
	let members: Vec<_> = (0..3).map(|place| troupe.member(place, &[relay.url()])).collect();
	let header = troupe.block();
	let cheat = troupe.key(3);
	let fork = child(&genesis(&troupe.stage.with(|acts| acts.world.members.clone())), 9, 0);
	relay.with(|shelf| {
		shelf.votes.push(signed(&cheat, VoteMessage::block(&fork)));
		shelf.votes.push(signed(&cheat, VoteMessage::block(&header)));
	});
	let both = BTreeSet::from([(ALPHA, cheat.public()), (BETA, cheat.public())]);
	troupe.stage.until("both reports", |acts| acts.slashed == both).await;
	// The block settles all the same.
	troupe.stage.until("the block", certified(1)).await;
	for member in &members {
		assert!(member.metric("equivocations_total") >= 1);
	}
	for member in members {
		member.stop().await;
	}
	let reports = troupe.stage.with(|acts| acts.reports);
	assert!(reports <= 6, "each member at most once per chain: {reports}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_own_vote_that_is_not_in_the_journal_should_stop_the_member() {
	let (troupe, relay) = (Troupe::new(), Server::start().await);
	let header = troupe.block();
	let fork = child(&genesis(&troupe.stage.with(|acts| acts.world.members.clone())), 9, 0);
	// Another's forgery under our name is none.
	let mut forged = signed(&troupe.key(0), VoteMessage::block(&fork));
	forged.signature.0[7] ^= 1;
	relay.with(|shelf| shelf.votes.push(forged));
	let member = troupe.member(0, &[relay.url()]);
	troupe.stage.until("it signs", |_| relay.with(|shelf| shelf.votes.len() == 2)).await;
	relay.with(|shelf| shelf.votes.push(signed(&troupe.key(0), VoteMessage::block(&fork))));
	let error = member.failed().await;
	let OracleError::Unknown { kind: VoteKind::Block, number, place } = &error else {
		panic!("{error}")
	};
	assert_eq!((number.0, place.contains("relay")), (1, true), "{error}");
	assert_eq!(troupe.votes(0), [VoteMessage::block(&header)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_without_its_journal_should_stop_before_it_signs() {
	let (troupe, relay) = (Troupe::new(), Server::start().await);
	troupe.stage.with(|acts| acts.world.finalize());
	let fork = child(&genesis(&troupe.stage.with(|acts| acts.world.members.clone())), 9, 0);
	relay.with(|shelf| shelf.votes.push(signed(&troupe.key(0), VoteMessage::block(&fork))));
	troupe.block();
	troupe.stage.with(|acts| acts.world.finalize());
	let error = troupe.member(0, &[relay.url()]).failed().await;
	assert!(matches!(error, OracleError::Unknown { .. }), "{error}");
	assert_eq!(troupe.votes(0), [], "it has looked before it signed");

	// The chains know, too.
	let troupe = Troupe::new();
	let header = troupe.block();
	troupe.stage.with(|acts| {
		acts.world.certify_on_all(&header);
		acts.world.finalize();
	});
	let relay = Server::start().await;
	let error = troupe.member(0, &[relay.url()]).failed().await;
	assert!(error.to_string().contains("certificate on chain 1"), "{error}");
	assert_eq!(troupe.votes(0), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_relay_nothing_should_be_signed() {
	let (troupe, mut relay) = (Troupe::new(), Server::start().await);
	relay.stop().await;
	let member = troupe.member(0, &[relay.url()]);
	let header = troupe.block();
	troupe.stage.pass(40).await;
	assert_eq!(member.metric("votes_signed_total"), 0);
	relay.resume().await;
	troupe.stage.until("it signs", |_| relay.with(|shelf| shelf.votes.len() == 1)).await;
	member.stop().await;
	assert_eq!(troupe.votes(0), [VoteMessage::block(&header)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_chain_is_down_nothing_should_be_signed_and_certificates_still_brought() {
	let (troupe, relay) = (Troupe::new(), Server::start().await);
	let turn = Duration::from_millis(100);
	let start = |place| {
		let (key, journal) = (troupe.key(place), troupe.journal(place));
		Member::with_turn(&troupe.stage, key, journal, &[relay.url()], turn)
	};
	let members: Vec<_> = (0..2).map(start).collect();
	let header = troupe.block();
	troupe.stage.until("two have signed", |_| relay.with(|shelf| shelf.votes.len() == 2)).await;
	troupe.stage.with(|acts| acts.down.insert(BETA));
	troupe.stage.pass(5).await;
	// The third vote comes while beta is down: alpha gets its certificate.
	relay.with(|shelf| shelf.votes.push(signed(&troupe.key(2), VoteMessage::block(&header))));
	let on_alpha = |acts: &mut Acts| acts.world.chain(ALPHA).next().counters.certified.0 == 1;
	troupe.stage.until("alpha", on_alpha).await;
	troupe.block();
	troupe.stage.pass(30).await;
	relay.with(|shelf| assert_eq!(shelf.votes.len(), 3, "nobody signs"));
	troupe.stage.with(|acts| acts.down.clear());
	troupe.stage.until("beta", certified(1)).await;
	troupe.stage.until("the next", |_| relay.with(|shelf| shelf.votes.len() == 5)).await;
	for member in members {
		assert_eq!(member.metric("chain_disconnects_total"), 1);
		member.stop().await;
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_that_a_chain_can_never_take_should_be_taken_back_elsewhere() {
	let (troupe, relay) = (Troupe::new(), Server::start().await);
	let members: Vec<_> = (0..4).map(|place| troupe.member(place, &[relay.url()])).collect();
	let header = troupe.stage.with(|acts| {
		let header = acts.world.next_block(ALPHA, 0);
		acts.world.on(ALPHA).commit(&header).expect("next");
		acts.world.on(ALPHA).prove().expect("next");
		acts.world.on(BETA).time += 10_000;
		header
	});
	let halted = |acts: &mut Acts| acts.world.chain(ALPHA).next().halt.is_some();
	troupe.stage.until("alpha halts", halted).await;
	troupe.stage.with(|acts| {
		assert!(acts.world.chain(BETA).next().refusals.contains(&(header.number, header.hash())));
		acts.world.on(ALPHA).time += 10_000;
		for id in [ALPHA, BETA] {
			acts.world.on(id).revert(BlockNumber(0), 1).expect("nothing is certified");
		}
		acts.world.block_on_all(true);
	});
	troupe.stage.until("another block", certified(1)).await;
	for member in members {
		member.stop().await;
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn exodus_on_one_chain_should_freeze_all_at_one_block() {
	let (troupe, relay) = (Troupe::new(), Server::start().await);
	let turn = Duration::ZERO;
	let start = |place| {
		let (key, journal) = (troupe.key(place), troupe.journal(place));
		Member::with_turn(&troupe.stage, key, journal, &[relay.url()], turn)
	};
	let members: Vec<_> = (0..4).map(start).collect();
	troupe.block();
	troupe.block();
	troupe.stage.with(|acts| acts.world.on(BETA).enter_exodus().expect("it is in none"));
	// Chains that are slower than the members: exodus has a timeout.
	let frozen = |acts: &mut Acts| {
		let chains = acts.world.chains.iter();
		chains.map(|chain| chain.next().freeze()).all(|freeze| freeze == Some(BlockNumber(2)))
	};
	let waiting = async {
		while !troupe.stage.with(frozen) {
			troupe.stage.with(|acts| acts.world.finalize());
			sleep(Duration::from_millis(400)).await;
		}
	};
	timeout(SOON, waiting).await.expect("all chains freeze");
	troupe.stage.with(|acts| {
		assert!(acts.world.chains.iter().all(|chain| !chain.next().timed_out));
	});
	for member in members {
		member.stop().await;
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_relay_makes_up_should_be_ignored() {
	let (troupe, relay) = (Troupe::new(), Server::start().await);
	let header = troupe.block();
	let good = signed(&troupe.key(3), VoteMessage::block(&header));
	let mut cut = good.clone();
	cut.message.0.pop();
	let mut forged = good.clone();
	forged.signature.0[0] ^= 1;
	let stranger = signed(&MemberKey::from_seed(&[99; 32]), VoteMessage::block(&header));
	let far = VoteMessage { number: BlockNumber(9_999), ..VoteMessage::block(&header) };
	let far = signed(&troupe.key(3), far);
	relay.with(|shelf| shelf.votes = vec![cut, forged, stranger, far, good.clone(), good]);
	let members: Vec<_> = (0..2).map(|place| troupe.member(place, &[relay.url()])).collect();
	troupe.stage.until("the block", certified(1)).await;
	// The other's and the third's.
	let seen = |member: &Member| member.metric("votes_seen_total");
	troupe.stage.until("two votes", |_| members.iter().all(|member| seen(member) == 2)).await;
	troupe.stage.pass(20).await;
	for member in members {
		assert_eq!(seen(&member), 2);
		member.stop().await;
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_holds_votes_back_should_be_outdone_by_another() {
	let troupe = Troupe::new();
	let (one, two) = (Server::start().await, Server::start().await);
	let silenced: Vec<_> = (0..2).map(|place| troupe.key(place).public()).collect();
	one.with(|shelf| shelf.censored = silenced);
	let relays = [one.url(), two.url()];
	let members: Vec<_> = (0..3).map(|place| troupe.member(place, &relays)).collect();
	troupe.block();
	troupe.stage.until("the block", certified(1)).await;
	one.with(|shelf| assert_eq!(shelf.votes.len(), 1));
	for member in members {
		member.stop().await;
	}
}
