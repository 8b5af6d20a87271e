// What the scripts here say of each thing that they look at: that it is so, or that it is not.

export async function check(what, body) {
  try {
    await body();
  } catch (error) {
    throw new Error(`not so: ${what}`, { cause: error });
  }
  console.log(`ok: ${what}`);
}
