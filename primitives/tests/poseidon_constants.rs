// SPDX-License-Identifier: Apache-2.0

//! Derives `src/poseidon/constants.rs` from the generator of the Poseidon paper and compares.
//!
//! After a deliberate change: `UPDATE_CONSTANTS=1 cargo test -p ligature-primitives --test
//! poseidon_constants` writes the file.

use ark_bls12_381::Fr;
use ark_crypto_primitives::sponge::poseidon::find_poseidon_ark_and_mds;
use ark_ff::{AdditiveGroup, Field};

type Matrix = Vec<Vec<Fr>>;

const HALF_FULL_ROUNDS: usize = 4;

fn dot(a: &[Fr], b: &[Fr]) -> Fr {
	assert_eq!(a.len(), b.len());
	a.iter().zip(b).map(|(a, b)| *a * b).sum()
}

/// Matrix by column.
fn apply(matrix: &Matrix, column: &[Fr]) -> Vec<Fr> {
	matrix.iter().map(|row| dot(row, column)).collect()
}

/// Row by matrix.
fn apply_to_row(row: &[Fr], matrix: &Matrix) -> Vec<Fr> {
	apply(&transpose(matrix), row)
}

fn transpose(matrix: &Matrix) -> Matrix {
	(0..matrix[0].len()).map(|j| matrix.iter().map(|row| row[j]).collect()).collect()
}

fn add(a: &[Fr], b: &[Fr]) -> Vec<Fr> {
	a.iter().zip(b).map(|(a, b)| *a + b).collect()
}

fn scale(a: &[Fr], factor: Fr) -> Vec<Fr> {
	a.iter().map(|a| *a * factor).collect()
}

/// Gauss–Jordan.
fn inverse(matrix: &Matrix) -> Matrix {
	let n = matrix.len();
	let mut left = matrix.clone();
	let mut right: Matrix =
		(0..n).map(|i| (0..n).map(|j| Fr::from(u64::from(i == j))).collect()).collect();
	for column in 0..n {
		let pivot = (column..n).find(|row| left[*row][column] != Fr::ZERO).expect("singular");
		left.swap(column, pivot);
		right.swap(column, pivot);
		let factor = left[column][column].inverse().expect("a pivot is not zero");
		left[column] = scale(&left[column], factor);
		right[column] = scale(&right[column], factor);
		for row in (0..n).filter(|row| *row != column) {
			let factor = -left[row][column];
			left[row] = add(&left[row], &scale(&left[column], factor));
			right[row] = add(&right[row], &scale(&right[column], factor));
		}
	}
	right
}

/// The tables of `permutation.rs`, see there.
struct Recurrence {
	past: Matrix,
	step: Vec<Fr>,
	step_constants: Vec<Fr>,
	present: Matrix,
	present_constants: Vec<Fr>,
}

/// With the matrix as `[[m, v], [w, a]]`, position 0 apart from the others, a partial round takes
/// the others from `x` to `a·x + w·y` and position 0 to `v·x + m·y`, plus constants.
fn recurrence(ark: &Matrix, mds: &Matrix, partial_rounds: usize) -> Recurrence {
	let order = mds.len() - 1;
	let m = mds[0][0];
	let v = &mds[0][1..];
	let w: Vec<Fr> = mds[1..].iter().map(|row| row[0]).collect();
	let a: Matrix = mds[1..].iter().map(|row| row[1..].to_vec()).collect();

	// v·a^j, and the response of σ_{k+1} to y_{k−j}.
	let mut v_powers = vec![v.to_vec()];
	for j in 0..order {
		v_powers.push(apply_to_row(&v_powers[j], &a));
	}
	let mut response = vec![m];
	response.extend(v_powers[..order].iter().map(|row| dot(row, &w)));

	// v·a^order = Σ alpha_i · v·a^(order−1−i)
	let newest_first: Matrix = v_powers[..order].iter().rev().cloned().collect();
	let alpha = apply_to_row(&v_powers[order], &inverse(&newest_first));
	let beta: Vec<Fr> = (0..=order)
		.map(|j| response[j] - (0..j).map(|i| alpha[i] * response[j - 1 - i]).sum::<Fr>())
		.collect();
	let mut step = vec![];
	for back in (0..order).rev() {
		step.extend([beta[back + 1], alpha[back]]);
	}
	step.push(beta[0]);

	// What the constants alone add: to position 0 and to the others.
	let (mut offset, mut others) = (vec![], vec![Fr::ZERO; order]);
	for constants in &ark[HALF_FULL_ROUNDS..=HALF_FULL_ROUNDS + partial_rounds] {
		offset.push(dot(v, &others) + constants[0]);
		others = add(&apply(&a, &others), &constants[1..]);
	}
	let step_constants = (1..=partial_rounds)
		.map(|k| {
			let past = (0..order.min(k)).map(|i| alpha[i] * offset[k - 1 - i]);
			offset[k] - past.sum::<Fr>()
		})
		.collect();

	let a_inverse = inverse(&a);
	let mut past = vec![mds[0].clone()];
	let mut row = v.to_vec();
	for _ in 1..order {
		row = apply_to_row(&row, &a_inverse);
		past.push([&[Fr::ZERO], &row[..]].concat());
	}

	// Each word of the last window, `y_{P−order} σ_{P−order+1} … y_{P−1} σ_P`, alone.
	let observe = inverse(&newest_first);
	let columns: Matrix = (0..2 * order)
		.map(|position| {
			let unit = |at: usize| Fr::from(u64::from(at == position));
			let sigma = |back: usize| unit(2 * (order - back) - 1); // σ_{P−back}
			let y = |back: usize| unit(2 * (order - back)); // y_{P−back}
			let seen: Vec<Fr> = (0..order)
				.map(|j| {
					let driven = (j + 1..=order).map(|back| response[back - 1 - j] * y(back));
					sigma(j) - driven.sum::<Fr>()
				})
				.collect();
			let mut others = apply(&observe, &seen);
			for back in (1..=order).rev() {
				others = add(&apply(&a, &others), &scale(&w, y(back)));
			}
			others
		})
		.collect();
	let present: Matrix =
		transpose(&columns).into_iter().map(|row| [&[Fr::ZERO], &row[..]].concat()).collect();
	let present_constants = present
		.iter()
		.zip(&others)
		.map(|(row, constant)| {
			let offsets = (0..order).map(|j| row[2 * (order - j)] * offset[partial_rounds - j]);
			*constant - offsets.sum::<Fr>()
		})
		.collect();
	Recurrence { past, step, step_constants, present, present_constants }
}

fn write_words(out: &mut String, depth: usize, words: &[Fr]) {
	for word in words {
		let [l0, l1, l2, l3] = word.0.0;
		let tabs = "\t".repeat(depth);
		*out += &format!("{tabs}word([{l0:#018x}, {l1:#018x}, {l2:#018x}, {l3:#018x}]),\n");
	}
}

fn write_rows(out: &mut String, depth: usize, rows: &Matrix) {
	for row in rows {
		let tabs = "\t".repeat(depth);
		*out += &format!("{tabs}[\n");
		write_words(out, depth + 1, row);
		*out += &format!("{tabs}],\n");
	}
}

fn write_width(out: &mut String, width: usize, partial_rounds: usize) {
	let (ark, mds) = find_poseidon_ark_and_mds::<Fr>(
		255,
		width - 1,
		2 * HALF_FULL_ROUNDS as u64,
		partial_rounds as u64,
		0,
	);
	assert_eq!(ark.len(), 2 * HALF_FULL_ROUNDS + partial_rounds);
	let tables = recurrence(&ark, &mds, partial_rounds);
	let window = 2 * width - 1;

	*out +=
		&format!("\n/// The permutation of width {width}, with {partial_rounds} partial rounds.\n");
	*out += &format!("pub static WIDTH_{width}: Parameters<{width}> = Parameters {{\n");
	out.push_str("\tround_constants: &[\n");
	write_rows(out, 2, &ark);
	out.push_str("\t],\n\tmds: [\n");
	write_rows(out, 2, &mds);
	out.push_str("\t],\n};\n\n");

	*out += &format!(
		"pub(super) static RECURRENCE_{width}: Recurrence<{width}, {window}> = Recurrence {{\n"
	);
	out.push_str("\tpast: &[\n");
	write_rows(out, 2, &tables.past);
	out.push_str("\t],\n\tstep: [\n");
	write_words(out, 2, &tables.step);
	out.push_str("\t],\n\tstep_constants: &[\n");
	write_words(out, 2, &tables.step_constants);
	out.push_str("\t],\n\tpresent: &[\n");
	write_rows(out, 2, &tables.present);
	out.push_str("\t],\n\tpresent_constants: &[\n");
	write_words(out, 2, &tables.present_constants);
	out.push_str("\t],\n};\n");
}

#[test]
fn constants_should_be_those_of_the_generator() {
	let mut expected = String::from(
		"// SPDX-License-Identifier: Apache-2.0\n\
		\n\
		//! Generated by `tests/poseidon_constants.rs`; not to be edited.\n\
		//!\n\
		//! Words stand as the limbs of their Montgomery form, the lowest first.\n\
		\n\
		use super::{\n\
		\tWord,\n\
		\tpermutation::{Parameters, Recurrence},\n\
		};\n\
		use ark_ff::BigInt;\n\
		\n\
		const fn word(limbs: [u64; 4]) -> Word {\n\
		\tWord::new_unchecked(BigInt(limbs))\n\
		}\n",
	);
	write_width(&mut expected, 3, 57);
	write_width(&mut expected, 5, 60);

	let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/poseidon/constants.rs");
	if std::env::var_os("UPDATE_CONSTANTS").is_some() {
		std::fs::write(path, &expected).expect("the source is writable");
	}
	let found = std::fs::read_to_string(path).expect("the source is readable");
	assert!(found == expected, "{path} is not what the generator gives");
}
