// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{
	checks::{AHEAD, BEHIND, PER_BLOCK},
	known::Said,
};
use ed25519_dalek::{Signer, SigningKey};
use jsonrpsee::{
	core::ClientError,
	ws_client::{WsClient, WsClientBuilder},
};
use ligature_chain::Epoch;
use ligature_operator_api::{Bytes, Hash32, RelayApiClient, code};
use ligature_primitives::{
	header::{Header, Network, member_set_hash},
	ids::{BlockNumber, ChainId},
	poseidon::Word,
	vote::VoteMessage,
};

const NETWORK: NetworkId = NetworkId(7);
const ALPHA: ChainId = ChainId(1);
const BETA: ChainId = ChainId(2);

/// Where the places of the relay begin.
const FIRST: u64 = 1_000;

fn members() -> Vec<SigningKey> {
	let mut keys: Vec<_> = (1..=4).map(|seed| SigningKey::from_bytes(&[seed; 32])).collect();
	keys.sort_by_key(|key| key.verifying_key().to_bytes());
	keys
}

fn keys() -> Vec<[u8; 32]> {
	members().iter().map(|key| key.verifying_key().to_bytes()).collect()
}

/// What is signed about a block of this number.
fn about(number: u64) -> VoteMessage {
	let network = Network::new(NETWORK, vec![ALPHA, BETA]).expect("two chains");
	let genesis =
		Header::genesis(&network, [1; 32], member_set_hash(0, &keys()), Word::from(0_u64));
	VoteMessage::block(&Header { number: BlockNumber(number), ..genesis })
}

fn vote(key: &SigningKey, message: &VoteMessage) -> VoteBytes {
	let message = message.encode();
	VoteBytes {
		signature: Bytes(key.sign(&message).to_bytes().to_vec()),
		member: Hash32(key.verifying_key().to_bytes()),
		message: Bytes(message),
	}
}

/// Two chains, both with the four members; certified up to 300 and 310, committed up to 312.
fn known() -> Known {
	let known = Known::new([ALPHA, BETA]);
	for (chain, certified) in [(ALPHA, 300), (BETA, 310)] {
		let epoch = Epoch {
			number: 0,
			first_block: BlockNumber(1),
			usable_from: 0,
			hash: member_set_hash(0, &keys()),
			ended: None,
			members: keys(),
		};
		let (certified, committed) = (BlockNumber(certified), BlockNumber(312));
		known.enter(chain, Said { certified, committed, epochs: vec![epoch] });
	}
	known
}

/// A relay at a free port, its metrics, and a client.
async fn world() -> (ServerHandle, Metrics, WsClient) {
	let metrics = Metrics::new(&Registry::new()).expect("a new registry");
	let relay = Relay::new(NETWORK, known(), Shelf::new(FIRST, 5_000), metrics.clone());
	let any = ([127, 0, 0, 1], 0).into();
	let (address, server) = serve(relay, any).await.expect("there is a free port");
	let client = WsClientBuilder::default().build(format!("ws://{address}")).await;
	(server, metrics, client.expect("it listens"))
}

async fn refused(client: &WsClient, vote: VoteBytes, why: &str) {
	let error = client.vote(vote).await.expect_err("it is refused");
	let ClientError::Call(refusal) = &error else { panic!("{error}") };
	assert_eq!(refusal.code(), code::BAD_VOTE, "{error}");
	assert!(refusal.message().contains(why), "{error}, not {why}");
}

#[tokio::test]
async fn votes_should_be_handed_on_in_the_order_in_which_they_came() {
	let (_server, metrics, client) = world().await;
	let members = members();
	let sent = [vote(&members[2], &about(301)), vote(&members[0], &about(301))];
	for vote in &sent {
		client.vote(vote.clone()).await.expect("it is taken");
		client.vote(vote.clone()).await.expect("the same again is no error");
	}
	let first = client.votes(0, 1).await.expect("it answers");
	assert_eq!((&first.votes[..], first.next), (&sent[..1], FIRST + 1));
	let rest = client.votes(first.next, 1_000).await.expect("it answers");
	assert_eq!((&rest.votes[..], rest.next), (&sent[1..], FIRST + 2));
	let count = |outcome| metrics.votes.with_label_values(&[outcome]).get();
	assert_eq!(["taken", "known", "bad"].map(count), [2, 2, 0]);
	assert_eq!(metrics.kept.get(), 2);
}

#[tokio::test]
async fn what_is_no_vote_of_a_member_should_be_refused() {
	let (_server, metrics, client) = world().await;
	let (member, message) = (&members()[0], about(301));
	let good = vote(member, &message);

	let short = VoteBytes { message: Bytes(good.message.0[1..].to_vec()), ..good.clone() };
	refused(&client, short, "").await;
	let network = VoteMessage { network: NetworkId(8), ..message.clone() };
	refused(&client, vote(member, &network), "network 8").await;
	let epoch = VoteMessage { oracle_epoch: 1, ..message.clone() };
	refused(&client, vote(member, &epoch), "no chain knows epoch 1").await;
	let others = VoteMessage { member_set_hash: [9; 32], ..message.clone() };
	refused(&client, vote(member, &others), "no chain knows epoch 0").await;
	let stranger = SigningKey::from_bytes(&[77; 32]);
	refused(&client, vote(&stranger, &message), "no member's").await;

	let unsigned = VoteBytes { signature: Bytes(vec![0; 64]), ..good.clone() };
	refused(&client, unsigned, "does not hold").await;
	let cut = VoteBytes { signature: Bytes(good.signature.0[..63].to_vec()), ..good.clone() };
	refused(&client, cut, "not 63").await;
	let member = Hash32(members()[1].verifying_key().to_bytes());
	refused(&client, VoteBytes { member, ..good.clone() }, "does not hold").await;

	let kept = client.votes(0, 10).await.expect("it answers");
	assert_eq!(kept.votes, [], "nothing of it is kept");
	assert_eq!(metrics.votes.with_label_values(&["bad"]).get(), 8);
	client.vote(good).await.expect("the vote itself is good");
}

#[tokio::test]
async fn only_votes_about_blocks_that_are_open_or_were_lately_should_be_taken() {
	let (_server, _metrics, client) = world().await;
	let member = &members()[0];
	for number in [300 - BEHIND - 1, 312 + AHEAD + 1] {
		refused(&client, vote(member, &about(number)), "is far from").await;
	}
	for number in [300 - BEHIND, 312 + AHEAD] {
		client.vote(vote(member, &about(number))).await.expect("it is taken");
	}
}

#[tokio::test]
async fn a_member_should_not_fill_the_memory() {
	let (_server, _metrics, client) = world().await;
	let members = members();
	let say = |revert_epoch| VoteMessage { revert_epoch, ..about(301) };
	for epoch in 0..PER_BLOCK {
		client.vote(vote(&members[0], &say(epoch))).await.expect("it is taken");
	}
	refused(&client, vote(&members[0], &say(PER_BLOCK)), "has said 32 things").await;
	// The others are not stopped by it.
	client.vote(vote(&members[1], &say(0))).await.expect("it is taken");
}

#[tokio::test]
async fn a_configuration_that_cannot_work_should_be_refused_at_once() {
	let config = |chains: &[&str], listen: SocketAddr| Config {
		chains: chains.iter().map(|url| (*url).to_owned()).collect(),
		listen,
		metrics: None,
		poll: std::time::Duration::from_secs(1),
		keep: 10,
	};
	let any = ([127, 0, 0, 1], 0).into();
	let (shutdown, _trigger) = Shutdown::manual();
	let error = run(config(&[], any), shutdown.clone()).await.expect_err("nothing to relay for");
	assert!(matches!(error, RelayError::Join(JoinError::NoChains)), "{error}");
	let error = run(config(&["nowhere"], any), shutdown).await.expect_err("no address");
	assert!(matches!(error, RelayError::Join(JoinError::Chain { .. })), "{error}");

	let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
	let address = taken.local_addr().expect("it is bound");
	let metrics = Metrics::new(&Registry::new()).expect("a new registry");
	let relay = Relay::new(NETWORK, known(), Shelf::new(0, 10), metrics);
	let error = serve(relay, address).await.expect_err("somebody else listens there");
	assert!(matches!(error, RelayError::Listen { .. }), "{error}");
}
