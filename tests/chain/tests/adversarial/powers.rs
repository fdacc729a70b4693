// SPDX-License-Identifier: Apache-2.0

//! What governance can do at once, all of it together; what it can do in exodus; and what no call can do.

use polkadot_sdk::*;

use frame_support::{assert_ok, traits::GetCallMetadata};
use ligature_chain_tests::{
	ALICE, ALPHA, BETA, CHARLIE, Chain, DAVE, EVE, FERDIE, Network, Purses, chain::genesis,
	oracles::oracles, proofs::development_key_of,
};
use ligature_primitives::{
	constants::SizeClass,
	header::Digest,
	ids::{BlockNumber, TokenId},
};
use ligature_runtime::{
	AssetId, BlockNumber as L1Block, Rollup as RollupPallet, Runtime, RuntimeCall,
};
use pallet_proof_verifier::{DevelopmentKeysAllowed, Keys};
use pallet_rollup::{
	ChainListHash, CircuitId, Identity, NetworkIdentity, Owed, Parameters, Periods,
};
use scale_info::{MetaType, PortableRegistry, Registry, TypeInfo};
use sp_runtime::{DispatchError, DispatchResult, transaction_validity::InvalidTransaction};
use std::collections::{BTreeMap, BTreeSet};

use crate::{
	Oracle, Rollup, Verifier,
	dissent::{NOTICE, ask, decide, leave_in_time},
	funded, invested,
};

/// Who makes a call of the rollup's pallets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Power {
	/// Anybody, about what is theirs or about what is proven.
	Anybody,
	/// An operator.
	Operator,
	/// Governance or the guardian, and it holds at once.
	Guardian,
	/// Governance, and it holds at once.
	AtOnce,
	/// Governance, and it holds after the notice.
	AfterNotice,
}
use Power::{AfterNotice, Anybody, AtOnce, Guardian, Operator};

/// Every call of the rollup's pallets. A new one has to be entered here, and thought about.
const POWERS: [(&str, &[(&str, Power)]); 4] = [
	(
		"Rollup",
		&[
			("open_network", AtOnce),
			("register_token", AtOnce),
			("deposit", Anybody),
			("request_full_exit", Anybody),
			("change_pub_key", Anybody),
			("commit_block", Operator),
			("prove_block", Anybody),
			("execute_block", Anybody),
			("revert_blocks", Operator),
			("claim", Anybody),
			("pause_deposits", Guardian),
			("halt", Guardian),
			("resume", AtOnce),
			("set_operators", AtOnce),
			("set_guardian", AtOnce),
			("announce_code", AfterNotice),
			("enter_exodus", Anybody),
			("freeze_by_timeout", Anybody),
			("exit", Anybody),
			("exit_liquidity", Anybody),
			("refund_deposit", Anybody),
		],
	),
	("ProofVerifier", &[("register_key", AfterNotice), ("retire_key", AtOnce)]),
	(
		"RootOracle",
		&[
			("bond", Anybody),
			("unbond", Anybody),
			("schedule_members", AfterNotice),
			("cancel_epoch", AtOnce),
			("submit_certificate", Anybody),
			("submit_refusal", Anybody),
			("submit_freeze", Anybody),
			("report_equivocation", Anybody),
		],
	),
	("Amm", &[("create_pool", Anybody), ("release_deposit", Anybody)]),
];

/// A call of governance, what it gives on a chain that runs, and what in exodus.
struct Decision {
	call: RuntimeCall,
	running: DispatchResult,
	in_exodus: DispatchResult,
}

/// Every call of governance, in an order in which each makes sense.
fn decisions(genesis_hashes: Vec<Digest>) -> Vec<Decision> {
	let circuit = CircuitId::Chain(SizeClass::new(1).unwrap());
	let key = Box::new(development_key_of(circuit).try_into().unwrap());
	let genesis_hashes = genesis_hashes.try_into().unwrap();
	let operators = vec![EVE.account()].try_into().unwrap();
	let members = vec![oracles()[0].public().0].try_into().unwrap();
	let ended = Err(Rollup::InExodus.into());
	let decision = |call: RuntimeCall, running: DispatchResult, in_exodus: DispatchResult| {
		Decision { call, running, in_exodus }
	};
	let rollup = |call: pallet_rollup::Call<Runtime>, running, in_exodus| {
		decision(call.into(), running, in_exodus)
	};
	let keys = |call: pallet_proof_verifier::Call<Runtime>| {
		decision(call.into(), Ok(()), Err(Verifier::InExodus.into()))
	};
	let epochs = |call: pallet_root_oracle::Call<Runtime>| {
		decision(call.into(), Ok(()), Err(Oracle::InExodus.into()))
	};
	let once = Err(Rollup::NetworkAlreadyOpen.into());
	let taken = Err(Rollup::TokenAlreadyRegistered.into());
	let first_block = BlockNumber(1_000);
	vec![
		rollup(pallet_rollup::Call::open_network { genesis_hashes }, once, once),
		rollup(pallet_rollup::Call::register_token { asset: 1 }, taken, ended),
		rollup(pallet_rollup::Call::pause_deposits { paused: true }, Ok(()), Ok(())),
		rollup(pallet_rollup::Call::halt {}, Ok(()), ended),
		rollup(pallet_rollup::Call::resume {}, Ok(()), Err(Rollup::NotHalted.into())),
		rollup(pallet_rollup::Call::set_operators { operators }, Ok(()), Ok(())),
		rollup(pallet_rollup::Call::set_guardian { guardian: Some(EVE.account()) }, Ok(()), Ok(())),
		rollup(pallet_rollup::Call::announce_code { code_hash: [1; 32].into() }, Ok(()), ended),
		keys(pallet_proof_verifier::Call::register_key { version: 2, circuit, key }),
		keys(pallet_proof_verifier::Call::retire_key { version: 2, circuit }),
		epochs(pallet_root_oracle::Call::schedule_members { first_block, members }),
		epochs(pallet_root_oracle::Call::cancel_epoch { epoch: 1 }),
	]
}

/// What users rely on, and nobody can change.
#[derive(Debug, PartialEq)]
struct Foundations {
	periods: Option<Parameters<L1Block>>,
	identity: Option<NetworkIdentity>,
	chains: Option<Digest>,
	development_keys: bool,
	owed: BTreeMap<TokenId, u128>,
	custody: u128,
}

impl Foundations {
	fn of(chain: &mut Chain) -> Self {
		chain.with(|| Self {
			periods: Periods::<Runtime>::get(),
			identity: Identity::<Runtime>::get(),
			chains: ChainListHash::<Runtime>::get(),
			development_keys: DevelopmentKeysAllowed::<Runtime>::get(),
			owed: Owed::<Runtime>::iter().collect(),
			custody: ligature_runtime::Balances::free_balance(RollupPallet::custody()),
		})
	}
}

#[test]
fn every_call_should_be_known_with_who_may_make_it() {
	let mut of_governance = BTreeSet::new();
	for (pallet, powers) in POWERS {
		let known: BTreeSet<_> = powers.iter().map(|(call, _)| *call).collect();
		let calls: BTreeSet<_> = RuntimeCall::get_call_names(pallet).iter().copied().collect();
		assert_eq!(known, calls, "calls of {pallet}");
		let decided = powers.iter().filter(|(_, who)| !matches!(who, Anybody | Operator));
		of_governance.extend(decided.map(|(call, _)| (pallet, *call)));
	}
	let mut network = funded();
	let decisions = decisions(network.genesis_hashes());
	let made = decisions.iter().map(|decision| decision.call.get_call_metadata());
	let made: BTreeSet<_> = made.map(|name| (name.pallet_name, name.function_name)).collect();
	assert_eq!(made, of_governance);
	// Nobody else makes them.
	for Decision { call, .. } in decisions {
		let name = call.get_call_metadata();
		let guarded = ["pause_deposits", "halt"].contains(&name.function_name);
		let error: DispatchError =
			if guarded { Rollup::NotGuardian.into() } else { DispatchError::BadOrigin };
		let _ = network.chain(ALPHA).apply(EVE, call).refused(error);
	}
}

#[test]
fn no_call_of_governance_should_change_what_users_rely_on() {
	let mut network = funded();
	let decisions = decisions(network.genesis_hashes());
	let before = Foundations::of(network.chain(ALPHA));
	assert!(before.periods.is_some() && before.owed.values().any(|owed| *owed > 0));
	for Decision { call, running, .. } in &decisions {
		assert_eq!(network.chain(ALPHA).root(call.clone()), *running, "{call:?}");
		assert_eq!(Foundations::of(network.chain(ALPHA)), before, "{call:?}");
	}
	// In exodus most are refused, and the others are about blocks, of which none come.
	ask_to_end(&mut network);
	for Decision { call, in_exodus, .. } in &decisions {
		assert_eq!(network.chain(ALPHA).root(call.clone()), *in_exodus, "{call:?}");
		assert_eq!(Foundations::of(network.chain(ALPHA)), before, "{call:?}");
	}
}

/// Alpha is in exodus because a request expired.
fn ask_to_end(network: &mut Network) {
	let account = network.account(ALPHA, CHARLIE).unwrap();
	let _ = network.full_exit(ALPHA, CHARLIE, account.get(), 1).ok();
	network.wait_for_expiry();
	let _ = network.enter_exodus(ALPHA, FERDIE).ok();
}

/// Of all types that stand in a call of the runtime, none is the one that periods have.
#[test]
fn no_call_should_take_periods() {
	let mut registry = Registry::new();
	registry.register_type(&MetaType::new::<RuntimeCall>());
	let types = PortableRegistry::from(registry);
	let is_there = |path: Vec<&'static str>| {
		types.types.iter().any(|known| known.ty.path.segments.iter().eq(path.iter()))
	};
	let path = |info: scale_info::Type| info.path.segments.to_vec();
	assert!(is_there(path(CircuitId::type_info())), "types inside of calls are found");
	assert!(!is_there(path(Parameters::<L1Block>::type_info())), "a call takes periods");
}

/// Everything that holds at once, in one block: hostile operators, a hostile guardian, no keys, no deposits, a halt.
#[test]
fn all_that_governance_can_do_at_once_should_keep_nobody_from_leaving() {
	let mut network = invested();
	// Charlie withdraws in a block that is certified, and Dave in one that is proven.
	let withdrawn = network.block(|l| l.withdraw(ALPHA, CHARLIE, 1, 20_000_000).unwrap());
	network.certify_block(&withdrawn);
	let dropped = network.block(|l| l.withdraw(ALPHA, DAVE, 1, 10_000_000).unwrap());
	network.prove_block(&dropped);

	let retired: Vec<_> = network.chain(ALPHA).with(|| Keys::<Runtime>::iter_keys().collect());
	for (version, circuit) in retired {
		decide(&mut network, pallet_proof_verifier::Call::retire_key { version, circuit });
	}
	let operators = vec![EVE.account()].try_into().unwrap();
	decide(&mut network, pallet_rollup::Call::set_operators { operators });
	decide(&mut network, pallet_rollup::Call::set_guardian { guardian: Some(EVE.account()) });
	decide(&mut network, pallet_rollup::Call::pause_deposits { paused: true });
	let announced = decide(&mut network, pallet_rollup::Call::halt {});
	ask(&mut network);

	let next = network.block(|l| l.transfer(ALPHA, CHARLIE, 1, DAVE, 1_000_000).unwrap());
	for chain in [ALPHA, BETA] {
		let _ = network.commit(chain, &next).refused(Rollup::RollupHalted);
		let _ = network.execute(chain, &withdrawn).refused(Rollup::RollupHalted);
	}
	let before = network.in_hand(ALPHA, CHARLIE.owner(), TokenId(1));
	leave_in_time(&mut network, announced);
	let got = network.in_hand(ALPHA, CHARLIE.owner(), TokenId(1)) - before;
	let left = network.entitled(ALPHA, withdrawn.number())[&(CHARLIE.owner(), TokenId(1))];
	assert_eq!(got, 20_000_000 + left, "what he withdrew, and the rest with his share");
	for chain in [ALPHA, BETA] {
		let _ = network.commit(chain, &next).invalid(InvalidTransaction::Stale);
		assert_eq!(network.executed(chain), withdrawn.number());
	}
}

/// A token of which its issuer makes as much as he likes, and which he freezes at the end, takes nobody else's along.
#[test]
fn new_token_should_put_no_other_at_risk() {
	const ASSET: AssetId = 77;
	let mut network = invested();
	let custody = network.chain(ALPHA).with(RollupPallet::custody);
	let id = || codec::Compact(ASSET);
	let chain = network.chain(ALPHA);
	let create = pallet_assets::Call::force_create {
		id: id(),
		owner: ALICE.account().into(),
		is_sufficient: true,
		min_balance: 1,
	};
	assert_ok!(chain.root(create));
	for (who, amount) in [(custody, 1), (FERDIE.account(), 1 << 100)] {
		let mint = pallet_assets::Call::mint { id: id(), beneficiary: who.into(), amount };
		let _ = chain.apply(ALICE, mint).ok();
	}
	assert_ok!(chain.root(pallet_rollup::Call::register_token { asset: ASSET }));
	let announced = [network.chain(ALPHA).number(), network.chain(BETA).number()];
	network.deposit(ALPHA, FERDIE, 3, 1 << 99);
	let block = network.serving_block();
	network.settle(&block);
	ask(&mut network);
	let freeze = pallet_assets::Call::freeze_asset { id: id() };
	let _ = network.chain(ALPHA).apply(ALICE, freeze).ok();

	network.wait_for_expiry();
	for chain in [ALPHA, BETA] {
		let _ = network.enter_exodus(chain, FERDIE).ok();
	}
	network.freeze_by_timeout();
	let pending = network.leave_to_the_unit(ALPHA, block.number(), EVE);
	let only: Purses = [((FERDIE.owner(), TokenId(3)), 1 << 99)].into_iter().collect();
	assert_eq!(pending, only, "what is frozen waits as a claim, and nothing else does");
	assert!(network.leave_to_the_unit(BETA, block.number(), EVE).is_empty());
	for (place, chain) in [ALPHA, BETA].into_iter().enumerate() {
		assert!(network.chain(chain).number() < announced[place] + NOTICE);
	}
	// Once the issuer thaws it, it is paid.
	let thaw = pallet_assets::Call::thaw_asset { id: id() };
	let _ = network.chain(ALPHA).apply(ALICE, thaw).ok();
	let claim = pallet_rollup::Call::claim { token: TokenId(3), to: None };
	let _ = network.chain(ALPHA).apply(FERDIE, claim).ok();
	network.tick();
}

/// The root origin writes any storage: where there is sudo, no notice binds who holds its key.
#[test]
fn root_should_be_bound_by_nothing_where_there_is_sudo_and_production_should_have_none() {
	let mut network = funded();
	let keys = vec![Periods::<Runtime>::hashed_key().to_vec()];
	assert_ok!(network.chain(ALPHA).root(frame_system::Call::kill_storage { keys }));
	assert_eq!(network.chain(ALPHA).with(Periods::<Runtime>::get), None);

	assert!(genesis("alpha").sudo.key.is_some());
	let production = genesis("production_template");
	assert_eq!(production.sudo.key, None);
	assert!(!production.proof_verifier.allow_development_keys);
}
