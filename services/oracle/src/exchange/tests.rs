// SPDX-License-Identifier: Apache-2.0

use super::{Relay as Exchange, *};
use crate::{
	ballots::Ballot,
	keys::MemberKey,
	testing::{header, relay::Relay},
};
use ligature_chain::SignedVote;
use ligature_primitives::vote::VoteMessage;
use prometheus::Registry;
use tokio::{task::JoinHandle, time::timeout};

/// Long enough for everything on this machine.
const SOON: Duration = Duration::from_secs(20);

fn vote(seed: u8, number: u64) -> VoteBytes {
	let key = MemberKey::from_seed(&[seed; 32]);
	let message = VoteMessage::block(&header(number, 0, 0));
	let signature = key.sign(&message.encode());
	Ballot { member: key.public(), vote: SignedVote { message, signature } }.bytes()
}

/// One side of an exchange: what is told, and where own votes go in.
struct Ear {
	own: watch::Sender<Arc<Vec<VoteBytes>>>,
	told: mpsc::Receiver<Told>,
	task: JoinHandle<()>,
}

fn listen(relay: &Relay, again_after: Duration) -> Ear {
	let (own, receiver) = watch::channel(Arc::default());
	let (sender, told) = mpsc::channel(1);
	let metrics = Metrics::new(&Registry::new()).expect("nothing is registered");
	let every = Duration::from_millis(10);
	let mut exchange = Exchange::new(&relay.url(), receiver, sender, every, metrics);
	exchange.again_after = again_after;
	Ear { own, told, task: tokio::spawn(exchange.run()) }
}

impl Ear {
	/// The next that is told; `early` is what is said about it.
	async fn next(&mut self, early: bool) -> (Vec<VoteBytes>, bool) {
		let told = timeout(SOON, self.told.recv()).await.expect("soon").expect("it runs");
		told.early.send(early).expect("it waits for it");
		(told.votes, told.complete)
	}

	/// The next that is told which has votes.
	async fn votes(&mut self) -> Vec<VoteBytes> {
		loop {
			let (votes, _) = self.next(false).await;
			if !votes.is_empty() {
				return votes;
			}
		}
	}

	/// Listens until something holds.
	async fn until(&mut self, mut holds: impl FnMut() -> bool) {
		timeout(SOON, async {
			while !holds() {
				self.next(false).await;
			}
		})
		.await
		.expect("soon");
	}
}

#[tokio::test]
async fn votes_should_be_brought_and_fetched_from_the_last_place() {
	let relay = Relay::start().await;
	relay.with(|shelf| shelf.votes = vec![vote(1, 1), vote(2, 1)]);
	let mut ear = listen(&relay, SOON);
	assert_eq!(ear.next(false).await, (vec![vote(1, 1), vote(2, 1)], true));
	ear.own.send_replace(Arc::new(vec![vote(3, 1)]));
	assert_eq!(ear.votes().await, [vote(3, 1)], "its own comes back");
	relay.with(|shelf| shelf.votes.push(vote(1, 2)));
	assert_eq!(ear.votes().await, [vote(1, 2)]);
	relay.with(|shelf| {
		assert!(shelf.asked.starts_with(&[0, 2]), "{:?}", shelf.asked);
		assert!(shelf.asked.is_sorted());
		assert_eq!(shelf.brought, 1, "once");
	});
}

#[tokio::test]
async fn many_votes_should_come_in_batches() {
	let relay = Relay::start().await;
	// What they say does not matter here.
	let many: Vec<_> = (0..2_300u32)
		.map(|place| VoteBytes { message: place.to_be_bytes().to_vec().into(), ..vote(1, 1) })
		.collect();
	relay.with(|shelf| shelf.votes = many.clone());
	let mut ear = listen(&relay, SOON);
	let mut heard = Vec::new();
	for expected in [(1_000, false), (1_000, false), (300, true)] {
		let (votes, complete) = ear.next(false).await;
		assert_eq!((votes.len(), complete), expected);
		heard.extend(votes);
	}
	assert_eq!(heard, many);
}

#[tokio::test]
async fn after_a_reconnect_own_votes_should_be_brought_again() {
	let mut relay = Relay::start().await;
	let mut ear = listen(&relay, SOON);
	ear.own.send_replace(Arc::new(vec![vote(3, 1), vote(3, 2)]));
	assert_eq!(ear.votes().await.len(), 2);
	relay.stop().await;
	// It comes back without its votes, and with fewer than it had.
	relay.with(|shelf| shelf.votes.clear());
	relay.resume().await;
	ear.until(|| relay.with(|shelf| shelf.votes.len() == 2)).await;
	relay.with(|shelf| assert_eq!(shelf.brought, 4));
	// What it gets then is heard, although its places begin at 0 again.
	relay.with(|shelf| shelf.votes = vec![vote(1, 9)]);
	assert_eq!(ear.votes().await, [vote(1, 9)]);
}

#[tokio::test]
async fn a_relay_that_is_down_should_be_waited_for() {
	let mut relay = Relay::start().await;
	relay.stop().await;
	let mut ear = listen(&relay, SOON);
	ear.own.send_replace(Arc::new(vec![vote(3, 1)]));
	let early = timeout(Duration::from_millis(700), ear.told.recv()).await;
	assert!(early.is_err(), "there is nothing to tell");
	relay.resume().await;
	assert_eq!(ear.votes().await, [vote(3, 1)]);
}

#[tokio::test]
async fn a_relay_that_has_forgotten_should_be_followed() {
	let relay = Relay::start().await;
	relay.with(|shelf| (shelf.first, shelf.votes) = (500, vec![vote(1, 7)]));
	let mut ear = listen(&relay, SOON);
	assert_eq!(ear.next(false).await, (vec![vote(1, 7)], true));
	ear.next(false).await;
	relay.with(|shelf| assert_eq!(shelf.asked[..2], [0, 501]));
}

#[tokio::test]
async fn votes_that_came_too_early_should_be_fetched_again() {
	let relay = Relay::start().await;
	relay.with(|shelf| shelf.votes = vec![vote(1, 1)]);
	let mut ear = listen(&relay, Duration::from_millis(200));
	assert_eq!(ear.next(false).await.0.len(), 1);
	relay.with(|shelf| shelf.votes.extend([vote(1, 2), vote(1, 3)]));
	loop {
		let (votes, _) = ear.next(true).await;
		if votes == [vote(1, 2), vote(1, 3)] {
			break;
		}
		assert!(votes.is_empty());
	}
	assert_eq!(ear.votes().await, [vote(1, 2), vote(1, 3)], "once more");
	let quiet = timeout(Duration::from_millis(500), ear.votes()).await;
	assert!(quiet.is_err(), "they were in time");
}

#[tokio::test]
async fn a_vote_that_is_refused_should_not_be_brought_again() {
	let relay = Relay::start().await;
	let mut ear = listen(&relay, SOON);
	let mut bad = vote(3, 1);
	bad.signature.0[3] ^= 1;
	ear.own.send_replace(Arc::new(vec![bad, vote(3, 2)]));
	assert_eq!(ear.votes().await, [vote(3, 2)]);
	for _ in 0..5 {
		ear.next(false).await;
	}
	relay.with(|shelf| assert_eq!(shelf.brought, 2));
}

#[tokio::test]
async fn it_should_end_when_nobody_listens() {
	let mut relay = Relay::start().await;
	for running in [true, false] {
		if !running {
			relay.stop().await;
		}
		let Ear { own, told, task } = listen(&relay, SOON);
		drop(told);
		timeout(SOON, task).await.expect("it ends").expect("no panic");
		drop(own);
	}
}
