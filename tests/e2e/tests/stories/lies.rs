// SPDX-License-Identifier: Apache-2.0

//! An operator that lies, with the real operator's key. The chains, or the oracles, do not take it; and each lie is
//! refused by who should, for the reason that it should. An auditor that looks on names what gets as far as a chain.

use ligature_chain::Call;
use ligature_cli::wallet::Wallet;
use ligature_e2e::{ALPHA, Auditor, BETA, Denial, Vault, World, solvency, units};
use ligature_operator_api::{Hash32, PartName, ProverApiClient};
use ligature_primitives::{
	amount::Amount,
	header::Header,
	ids::{AccountIndex, BlockNumber, Owner},
	op::{DepositHalf, Half},
	priority::PriorityRequest,
};

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_that_lies_should_get_nowhere() {
	let mut world = World::start().await;
	let auditor = Auditor::beside(&world);
	world.deposits("1000", "1").await;
	let settled = world.settled().await;
	auditor.has_seen(&world, settled).await;
	assert!(auditor.alarms().is_empty(), "all are honest: {:?}", auditor.alarms());
	let proof = true_proof(&world, settled).await;
	let accounts = [account(&world, &world.eve).await, account(&world, &world.ferdie).await];
	// From here on its key lies.
	world.network().kill("operator").expect("it dies");

	let invented = invented_payment(&world, settled, proof).await;
	auditor.finds(&world, "RootMismatch", ALPHA, invented).await;
	requests_out_of_turn(&world, settled, accounts).await;
	let foreign = two_headers(&world, settled).await;
	auditor.finds(&world, "HeadersDiffer", None, foreign).await;
	auditor.stop(&["HeadersDiffer", "RootMismatch"]);

	// The honest operator does not go on from what it has not built, and names it.
	let refused = world.restart("operator").await.expect_err("it does not start").to_string();
	let reason = format!(
		"chain {ALPHA} has committed block {foreign}, and the database has none of that number: it is not this \
		 operator's, or an old copy"
	);
	assert!(refused.contains(&reason), "{refused}");
	solvency(&world).await;
	world.stop().await;
}

/// A proof of alpha's half of a block, which holds for this block only.
async fn true_proof(world: &World, last: BlockNumber) -> [u8; 192] {
	let operator = world.session.operator().unwrap();
	for number in (1..=last.0).rev() {
		let block = world.block(ALPHA, BlockNumber(number)).await.unwrap();
		let proofs = operator.proofs(number, block.hash.into()).await.unwrap();
		let half = proofs.into_iter().find(|proof| proof.part == PartName::Half(ALPHA.0));
		if let Some(half) = half {
			return half.proof.0.try_into().unwrap();
		}
	}
	panic!("alpha has served deposits, and nobody has proven it")
}

/// Somebody, and the account on alpha.
type Account = (Owner, AccountIndex);

async fn account(world: &World, wallet: &Wallet) -> Account {
	let accounts = world.session.accounts(wallet.owner()).await.unwrap();
	let on_alpha = accounts.iter().find(|account| account.chain == ALPHA.0).unwrap();
	(wallet.owner(), AccountIndex::new(on_alpha.index).unwrap())
}

fn commit(header: &Header, data: &[u8]) -> Call {
	Call::CommitBlock { header: header.clone(), data: data.to_vec() }
}

/// A payment out of the air. It can be committed, since nobody has looked at proofs then; it is never proven, so never
/// paid. Gives its number.
async fn invented_payment(world: &World, settled: BlockNumber, proof: [u8; 192]) -> BlockNumber {
	let vaults = Vault::all(world, ALPHA).await;
	let (header, data) = world.invented(world.eve.owner()).await;
	let (number, hash) = (header.number, header.hash());

	// Other public data than the header commits to: of another payment, too little, and none of any form.
	let (_, other) = world.invented(world.ferdie.owner()).await;
	let cut = &data[..data.len() - 1];
	// After the number of registers, the head of a half.
	let mut unknown = data.clone();
	unknown[1] = 0xFF;
	for (data, error) in [
		(&other[..], "Rollup.CommitmentMismatch"),
		(cut, "Rollup.DataLength"),
		(&unknown[..], "Rollup.MalformedPublicData"),
	] {
		assert_eq!(world.lie(ALPHA, &commit(&header, data)).await, Denial::call(error));
	}
	world.say("wrong public data is refused");

	assert_eq!(world.lie(ALPHA, &commit(&header, &data)).await, Ok(()));
	// No proof, no point of the curve, and the true proof of another block.
	for (proofs, error) in [
		(vec![], "Rollup.WrongNumberOfProofs"),
		(vec![[0x11; 192]], "ProofVerifier.MalformedProof"),
		(vec![proof], "ProofVerifier.ProofRejected"),
	] {
		let prove = Call::ProveBlock { number, hash, proofs };
		assert_eq!(world.lie(ALPHA, &prove).await, Denial::call(error));
	}
	// The pool keeps out only what names a block that is not there or is done: this one it lets in, and the call fails.
	let execute = |number| Call::ExecuteBlock { number, payments: 1, requests: 0 };
	let refused = world.lie(ALPHA, &execute(number)).await;
	assert_eq!(refused, Denial::call("Rollup.NotNextToExecute"));
	assert_eq!(world.lie(ALPHA, &execute(settled)).await, Err(Denial::Pool));
	let elsewhere = Call::ProveBlock { number, hash: [7; 32], proofs: vec![proof] };
	assert_eq!(world.lie(ALPHA, &elsewhere).await, Err(Denial::Pool));
	assert_eq!(Vault::all(world, ALPHA).await, vaults, "nothing is paid");

	world.take_back(settled).await;
	// Nor does it come again: its revert epoch is over.
	assert_eq!(world.lie(ALPHA, &commit(&header, &data)).await, Err(Denial::Pool));
	world.say("a payment out of the air is never proven");
	number
}

/// The half that serves a deposit for one of these.
fn serving(request: &PriorityRequest, accounts: &[Account]) -> DepositHalf {
	let PriorityRequest::Deposit { token, owner, amount, key } = request.clone() else {
		panic!("both are deposits")
	};
	let account = accounts.iter().find(|(known, _)| *known == owner).unwrap().1;
	DepositHalf { account, created: false, token, owner, amount, key }
}

/// Requests are served in their order and as they were asked, or not at all. One that is never served expires, and then
/// anyone ends the rollup: the story of the exodus.
async fn requests_out_of_turn(world: &World, settled: BlockNumber, accounts: [Account; 2]) {
	let deposit = async |wallet: &Wallet, amount: &str| {
		let amount = units(&world.usdt, amount);
		world.session.deposit(wallet, &world.usdt, wallet.owner(), amount, false).await
	};
	let deposits = tokio::join!(deposit(&world.eve, "3"), deposit(&world.ferdie, "5"));
	assert!(deposits.0.is_ok() && deposits.1.is_ok(), "deposits need no operator: {deposits:?}");
	let queue = world.status(ALPHA).await.queue;
	assert_eq!(queue.next, queue.committed + 2, "both wait");
	let best = world.chain(ALPHA).await.best().await.unwrap();
	let waiting = best.requests(queue.committed, 2).await.unwrap();
	let [first, second] = [0, 1].map(|place| serving(&waiting[place].1.request, &accounts));

	let more = Amount::new(first.amount.get() + 1).unwrap();
	let more = DepositHalf { amount: more, ..first.clone() };
	let stolen = DepositHalf { amount: first.amount, ..second.clone() };
	for (what, served, error) in [
		("the second instead of the first", vec![&second], "Rollup.PriorityMismatch"),
		("the second before the first", vec![&second, &first], "Rollup.PriorityMismatch"),
		("the first twice", vec![&first, &first], "Rollup.PriorityMismatch"),
		("another amount", vec![&more, &second], "Rollup.PriorityMismatch"),
		("for somebody else", vec![&stolen, &second], "Rollup.PriorityMismatch"),
		("one that nobody has sent", vec![&first, &second, &second], "Rollup.PriorityMissing"),
	] {
		let halves = served.into_iter().cloned().map(Half::Deposit).collect();
		let (header, data) = world.block_with(halves).await;
		let refused = world.lie(ALPHA, &commit(&header, &data)).await;
		assert_eq!(refused, Denial::call(error), "{what}");
	}

	let both = vec![Half::Deposit(first), Half::Deposit(second)];
	let (header, data) = world.block_with(both).await;
	let mut fewer = header.clone();
	fewer.chains[0].priority_count = 1;
	let refused = world.lie(ALPHA, &commit(&fewer, &data)).await;
	assert_eq!(refused, Denial::call("Rollup.PriorityMismatch"), "a header that counts one of two");
	assert_eq!(world.status(ALPHA).await.queue.committed, queue.committed, "none counts as served");
	// As they were asked they are taken: nothing else was wrong with those blocks.
	assert_eq!(world.lie(ALPHA, &commit(&header, &data)).await, Ok(()));
	assert_eq!(world.status(ALPHA).await.queue.committed, queue.next);
	world.take_back(settled).await;
	assert_eq!(world.status(ALPHA).await.queue.committed, queue.committed, "they wait again");
	world.say("requests are served in their order, as they were asked");
}

/// Different headers for the two chains. Nothing happens in them, so both chains take them as proven; the oracles see
/// that they differ, and sign neither. Gives the number of the two.
async fn two_headers(world: &World, settled: BlockNumber) -> BlockNumber {
	let (one, other) = world.fork().await;
	tokio::join!(world.commit_empty(ALPHA, &one), world.commit_empty(BETA, &other));
	let number = one.number;

	// What each oracle has to say about them is that each chain shall never have the other's block. Its relay is dead:
	// so it says it to its journal alone, and nothing comes of it.
	let oracles = ["oracle-1", "oracle-2", "oracle-3", "oracle-4"];
	let refuses =
		|header: &Header| format!("signed Refuse about block {number} ({})", Hash32(header.hash()));
	let refusals = [refuses(&one), refuses(&other)];
	world
		.until("all oracles have seen both headers", async || {
			oracles.iter().all(|name| refusals.iter().all(|refusal| world.said(name, refusal)))
		})
		.await;
	for name in oracles {
		let signed = world.said(name, &format!("signed Block about block {number} ("));
		assert!(!signed, "{name} has signed one of two headers\n{}", world.log(name));
	}
	for chain in [ALPHA, BETA] {
		let counters = world.status(chain).await.counters;
		assert_eq!((counters.proven, counters.certified), (number, settled));
		// Nor does the operator's key alone get rid of what is proven.
		let epoch = one.revert_epoch + 1;
		let revert = Call::RevertBlocks { to: settled, epoch };
		assert_eq!(world.lie(chain, &revert).await, Denial::call("Rollup.CannotRevert"));
	}
	world.say("two headers for one block are never certified");
	number
}
