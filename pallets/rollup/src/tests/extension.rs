// SPDX-License-Identifier: Apache-2.0

//! The transaction extension: obsolete calls, and the mark of a top-level commit.

use super::world::*;
use polkadot_sdk::*;

use crate::{
	Call, Counters, Error, Progress, TopLevelCommit, WeightInfo, extension::CheckRollup, mock::*,
	traits::ObsoleteCall,
};
use codec::{Decode, Encode};
use frame_support::{
	assert_ok,
	dispatch::{DispatchInfo, GetDispatchInfo},
	weights::Weight,
};
use ligature_primitives::ids::BlockNumber;
use sp_runtime::{
	traits::{DispatchTransaction, Dispatchable, TransactionExtension},
	transaction_validity::{
		InvalidTransaction, TransactionSource, TransactionValidityError, ValidTransaction,
	},
};

type Extension = CheckRollup<Test>;

fn validate<E>(
	extension: E,
	call: &RuntimeCall,
) -> Result<ValidTransaction, TransactionValidityError>
where
	E: TransactionExtension<RuntimeCall, Implicit = ()>,
{
	let origin = RuntimeOrigin::signed(account(1));
	let (info, source) = (DispatchInfo::default(), TransactionSource::External);
	extension.validate_only(origin, call, &info, 0, source, 0).map(|(valid, ..)| valid)
}

fn assert_obsolete(call: impl Into<RuntimeCall>) {
	let refused = validate(Extension::new(), &call.into());
	assert_eq!(refused, Err(InvalidTransaction::Stale.into()));
}

fn assert_of_use(call: impl Into<RuntimeCall>) {
	assert_ok!(validate(Extension::new(), &call.into()));
}

fn commit_of(block: &Block) -> Call<Test> {
	commit_call(block, block.data())
}

fn proof_of(block: &Block) -> Call<Test> {
	let proofs = vec![[0; 192]; block.proofs()].try_into().expect("a proof per half and a join");
	Call::prove_block { number: block.number(), hash: block.hash(), proofs }
}

fn execution_of(block: &Block) -> Call<Test> {
	Call::execute_block { number: block.number(), payments: 32, requests: 32 }
}

/// Sends a call as the runtime does, with this extension alone.
fn send(who: AccountId, call: impl Into<RuntimeCall>) -> sp_runtime::DispatchResult {
	let call = call.into();
	let info = call.get_dispatch_info();
	let origin = RuntimeOrigin::signed(who);
	Extension::new()
		.dispatch_transaction(origin, call, &info, 0, 0)
		.expect("the call is not obsolete")
		.map(|_| ())
		.map_err(|failed| failed.error)
}

#[test]
fn a_call_should_be_obsolete_when_somebody_was_faster() {
	ExtBuilder::default().build_and_execute(|| {
		let mut world = World::new();
		let (block, next) = (world.elsewhere(), world.elsewhere());
		let calls = [commit_of(&block), proof_of(&block), execution_of(&block)];
		calls.iter().cloned().for_each(assert_of_use);
		assert_ok!(commit(&block));
		assert_obsolete(commit_of(&block));
		assert_of_use(proof_of(&block));
		assert_ok!(prove(&block));
		assert_obsolete(proof_of(&block));
		assert_ok!(certify(&block));
		assert_of_use(execution_of(&block));
		assert_ok!(execute(&block));
		calls.into_iter().for_each(assert_obsolete);
		[commit_of(&next), proof_of(&next), execution_of(&next)]
			.into_iter()
			.for_each(assert_of_use);
	});
}

#[test]
fn a_call_should_be_obsolete_when_its_block_was_reverted() {
	ExtBuilder::default().build_and_execute(|| {
		let mut world = World::new();
		let old = world.elsewhere();
		assert_ok!(commit(&old));
		let operator = RuntimeOrigin::signed(operators()[0].clone());
		assert_ok!(Rollup::revert_blocks(operator, BlockNumber(0), 1));
		assert_obsolete(commit_of(&old));
		// The block might be committed again as far as the number says.
		assert_of_use(proof_of(&old));
		world.revert(0, 1);
		let new = world.elsewhere();
		assert_ok!(commit(&new));
		assert_obsolete(proof_of(&old));
		assert_of_use(proof_of(&new));
	});
}

#[test]
fn commits_and_proofs_should_be_obsolete_when_the_rollup_has_ended() {
	ExtBuilder::default().build_and_execute(|| {
		let mut world = World::new();
		let (first, second) = (world.elsewhere(), world.elsewhere());
		assert_ok!(commit(&first));
		super::exodus::begin();
		assert_obsolete(commit_of(&second));
		assert_obsolete(proof_of(&first));
		assert_of_use(execution_of(&first));
	});
}

#[test]
fn other_calls_should_never_be_obsolete() {
	ExtBuilder::default().build_and_execute(|| {
		assert_of_use(Call::enter_exodus {});
		assert_of_use(frame_system::Call::remark { remark: vec![] });
	});
}

/// What another pallet says of its calls.
struct Remarks;

impl ObsoleteCall<RuntimeCall> for Remarks {
	fn is_obsolete(call: &RuntimeCall) -> bool {
		matches!(call, RuntimeCall::System(frame_system::Call::remark { .. }))
	}

	fn obsolete_weight() -> Weight {
		Weight::from_parts(17, 0)
	}
}

#[test]
fn calls_of_other_pallets_should_be_obsolete_when_these_say_so() {
	ExtBuilder::default().build_and_execute(|| {
		let extension = CheckRollup::<Test, Remarks>::new();
		let remark = frame_system::Call::remark { remark: vec![] }.into();
		let refused = validate(extension.clone(), &remark);
		assert_eq!(refused, Err(InvalidTransaction::Stale.into()));
		let exodus = Call::enter_exodus {}.into();
		assert_ok!(validate(extension.clone(), &exodus));
		let weight = <() as WeightInfo>::check_rollup();
		assert_eq!(extension.weight(&exodus), weight + Weight::from_parts(17, 0));
		assert_eq!(Extension::new().weight(&exodus), weight);
		assert_eq!(<Rollup as ObsoleteCall<RuntimeCall>>::obsolete_weight(), weight);
	});
}

#[test]
fn a_block_should_be_committed_when_the_extrinsic_is_the_commit() {
	ExtBuilder::default().build_and_execute(|| {
		let block = World::new().elsewhere();
		System::set_extrinsic_index(5);
		assert_ok!(send(operators()[0].clone(), commit_of(&block)));
		assert_eq!(Progress::<Test>::get().committed, BlockNumber(1));
		assert_eq!(TopLevelCommit::<Test>::get(), None);
	});
}

#[test]
fn no_mark_should_stay_when_the_commit_fails() {
	ExtBuilder::default().build_and_execute(|| {
		let block = World::new().elsewhere();
		System::set_extrinsic_index(5);
		assert_eq!(send(account(1), commit_of(&block)), Err(Error::<Test>::NotOperator.into()));
		assert_eq!(TopLevelCommit::<Test>::get(), None);
		// The failed extrinsic has paved the way for none that comes later.
		let hidden = RuntimeCall::from(commit_of(&block));
		let origin = RuntimeOrigin::signed(operators()[0].clone());
		let result = hidden.dispatch(origin).map_err(|failed| failed.error);
		assert_eq!(result, Err(Error::<Test>::NotTopLevel.into()));
		assert_eq!(Progress::<Test>::get(), Counters::default());
	});
}

#[test]
fn a_commit_should_be_refused_when_it_is_inside_of_another_call() {
	ExtBuilder::default().build_and_execute(|| {
		let block = World::new().elsewhere();
		System::set_extrinsic_index(5);
		let outer = RuntimeCall::from(frame_system::Call::remark { remark: vec![] });
		let run = Extension::new().test_run(
			RuntimeOrigin::signed(operators()[0].clone()),
			&outer,
			&outer.get_dispatch_info(),
			0,
			0,
			|origin| RuntimeCall::from(commit_of(&block)).dispatch(origin),
		);
		let inner = run.expect("the outer call is fine").map_err(|failed| failed.error);
		assert_eq!(inner, Err(Error::<Test>::NotTopLevel.into()));
	});
}

#[test]
fn the_extension_should_add_no_bytes_to_extrinsics() {
	let extension = Extension::new();
	assert!(extension.encode().is_empty());
	assert_eq!(Extension::decode(&mut &[][..]), Ok(extension.clone()));
	assert_eq!(format!("{extension:?}"), "CheckRollup");
	assert_eq!(<Extension as TransactionExtension<RuntimeCall>>::IDENTIFIER, "CheckRollup");
}
