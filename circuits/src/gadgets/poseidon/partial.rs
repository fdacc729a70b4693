// SPDX-License-Identifier: Apache-2.0

//! The partial rounds with few terms.
//!
//! Call `σ_k` the input of the S-box of partial round k, `y_k = σ_k^5` its output, and `m_k` the other
//! D = T − 1 positions of the state. Between two S-boxes everything is linear:
//!
//! ```text
//! m_{k+1} = M·m_k + v·y_k + constants        σ_{k+1} = u·m_k + μ·y_k + constant
//! ```
//!
//! with the blocks `μ u / v M` of the MDS matrix. Written over the `y`, `σ_k` has a term for every
//! earlier round: 35 terms on average, three times for an S-box. But the variables of a constraint
//! system are ours to choose. Let `z^D − a_1·z^{D−1} − … − a_D` be the characteristic polynomial of M, and
//! let the third witness of an S-box be, instead of `y_k`,
//!
//! ```text
//! w_k = y_k + Σ_j a_j·w_{k−j}        (j = 1 … D)
//! ```
//!
//! Then the positions depend on the last D of these alone: `m_k = Σ_j t_j·w_{k−j}` with the vectors
//! `t_1 = v`, `t_{j+1} = M·t_j − a_j·v`. (Put it into the equation of `m_{k+1}`; that `t_{D+1}` vanishes is
//! Cayley and Hamilton's theorem. Control theory calls this the controllable canonical form.) So
//! every S-box input has D + 1 terms and a constant, and so has `y_k` as the product of the S-box's last
//! constraint. The change of variables is triangular with ones on its diagonal: the `w` determine the
//! `y` and the other way round, nothing is added to what a prover may choose.
//!
//! The constants of the rounds act on `σ` as if alone, because all is linear: they are run through the
//! rounds once, without any `y`, and added to each `σ_k`.

use ark_bls12_381::Fr;
use ark_ff::{AdditiveGroup, Field};
use ligature_primitives::poseidon::Parameters;

/// The coefficients of the partial rounds of a permutation. All of it follows from [`Parameters`].
#[derive(Debug)]
pub(super) struct PartialRounds {
	/// Row j − 1 gives `w_{−j}` from the S-box outputs of the last full round.
	pub(super) past: Vec<Vec<Fr>>,
	/// `a_1 … a_D`.
	pub(super) feedback: Vec<Fr>,
	/// The coefficients of `w_k, w_{k−1}, …, w_{k−D}` in `σ_{k+1}`.
	pub(super) next: Vec<Fr>,
	/// What the constants add to `σ_0 … σ_P`.
	pub(super) constants: Vec<Fr>,
	/// Row i gives position i + 1 of the state after the rounds from `w_{P−1} … w_{P−D}`.
	pub(super) rest: Vec<Vec<Fr>>,
	/// What the constants add to them, those of the full round that follows included.
	pub(super) rest_constants: Vec<Fr>,
}

impl PartialRounds {
	pub(super) fn new<const T: usize>(parameters: &Parameters<T>) -> Self {
		let d = T - 1;
		let mds = &parameters.mds;
		let v: Vec<Fr> = (1..T).map(|i| mds[i][0]).collect();
		let times_m = |x: &[Fr]| -> Vec<Fr> { (1..T).map(|i| dot(&mds[i][1..], x)).collect() };

		// M^D·v = Σ a_j·M^{D−j}·v.
		let krylov: Vec<Vec<Fr>> =
			std::iter::successors(Some(v.clone()), |x| Some(times_m(x))).take(d + 1).collect();
		let basis: Vec<&[Fr]> = krylov[..d].iter().rev().map(Vec::as_slice).collect();
		let feedback = solve(&basis, &krylov[d]);

		let mut t = vec![v.clone()];
		for a in &feedback[..d - 1] {
			let last = t.last().expect("starts with one; qed");
			let next = times_m(last).iter().zip(&v).map(|(x, v)| *x - *a * v).collect();
			t.push(next);
		}

		let mut next = vec![mds[0][0]];
		next.extend(t.iter().zip(&feedback).map(|(t, a)| dot(&mds[0][1..], t) - mds[0][0] * a));

		let columns: Vec<&[Fr]> = t.iter().map(Vec::as_slice).collect();
		let per_output: Vec<Vec<Fr>> = (0..T)
			.map(|output| {
				let m: Vec<Fr> = (1..T).map(|i| mds[i][output]).collect();
				solve(&columns, &m)
			})
			.collect();
		let past =
			(0..d).map(|j| per_output.iter().map(|solution| solution[j]).collect()).collect();

		let first = Parameters::<T>::FULL_ROUNDS / 2;
		let rounds = first..first + parameters.partial_rounds();
		let mut constants = vec![parameters.round_constants[first][0]];
		let mut m = parameters.round_constants[first][1..].to_vec();
		for round in rounds {
			let row = &parameters.round_constants[round + 1];
			constants.push(dot(&mds[0][1..], &m) + row[0]);
			m = times_m(&m).iter().zip(&row[1..]).map(|(x, c)| *x + c).collect();
		}

		let rest = (0..d).map(|i| t.iter().map(|t| t[i]).collect()).collect();
		Self { past, feedback, next, constants, rest, rest_constants: m }
	}
}

fn dot(x: &[Fr], y: &[Fr]) -> Fr {
	x.iter().zip(y).map(|(x, y)| *x * y).sum()
}

/// The coefficients that combine the vectors of a basis to the target, by Gauss and Jordan.
fn solve(basis: &[&[Fr]], target: &[Fr]) -> Vec<Fr> {
	let n = target.len();
	let mut rows: Vec<Vec<Fr>> =
		(0..n).map(|i| basis.iter().map(|vector| vector[i]).chain([target[i]]).collect()).collect();
	for column in 0..n {
		let pivot = (column..n)
			.find(|row| rows[*row][column] != Fr::ZERO)
			.expect("v, M·v, … span the space for these matrices, as the tests show; qed");
		rows.swap(column, pivot);
		let inverse = rows[column][column].inverse().expect("is not zero; qed");
		rows[column].iter_mut().for_each(|x| *x *= inverse);
		let pivot_row = rows[column].clone();
		for (_, row) in rows.iter_mut().enumerate().filter(|(i, _)| *i != column) {
			let factor = row[column];
			row.iter_mut().zip(&pivot_row).for_each(|(x, p)| *x -= factor * p);
		}
	}
	rows.iter().map(|row| row[n]).collect()
}
