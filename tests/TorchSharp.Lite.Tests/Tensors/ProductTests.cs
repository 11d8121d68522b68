using static TorchSharp.torch;

namespace TorchSharp.Lite.Tests.Tensors;

public class ProductTests
{
    [Fact]
    public void Products_agree_with_loops()
    {
        using var scope = NewDisposeScope();
        Tensor a = Check.Numbers(-1, 1, 3, 4), b = Check.Numbers(-1, 1, 4, 2), v = Check.Numbers(-1, 1, 4), c = Check.Numbers(-1, 1, 3, 2);
        double[] x = Check.Values(a), y = Check.Values(b), z = Check.Values(c);
        var product = Enumerable.Range(0, 6).Select(i => Enumerable.Range(0, 4).Sum(k => x[i / 2 * 4 + k] * y[k * 2 + i % 2])).ToArray();
        Check.Close(product, a.mm(b));
        Check.Close(product, matmul(a, b));
        Check.Close(product, einsum("ik,kj->ij", a, b));
        Check.Close(product, a.tensordot(b, [1], [0]));
        Check.Close(product, nn.functional.linear(a, b.t()));
        Check.Close(product.Concat(product), a.expand(2, 3, 4).bmm(b.expand(2, 4, 2)));
        Check.Close(z.Zip(product, (s, p) => (0.5 * s) + (2 * p)), c.addmm(a, b, 0.5f, 2));
        Check.Close(z.Zip(product, (s, p) => (0.5 * s) + (2 * p)), c.expand(1, 3, 2).baddbmm(a.unsqueeze(0), b.unsqueeze(0), 0.5f, 2));
        Check.Close(z.Zip(product, (s, p) => s + (2 * p)), c.addbmm(a.expand(2, 3, 4), b.expand(2, 4, 2)));
        Check.Close(Check.Values(a.mm(v.unsqueeze(1))), a.mv(v));
        Check.Close(Check.Values(a.mv(v) * 2 + 1), ones(3, float64).addmv(a, v, 1, 2));
        Check.Close([Check.Values(v * v).Sum()], v.dot(v));
        Check.Close([Check.Values(v * v).Sum()], v.inner(v));
        Check.Close(Check.Values(v.unsqueeze(1) * v), v.outer(v));
        Check.Close(Check.Values(v.unsqueeze(1) * v + 1), ones(4, 4, float64).addr(v, v));
        Check.Close(Check.Values(v.outer(v)), v.unsqueeze(1).kron(v.unsqueeze(0)));
    }

    [Fact]
    public void Gradients_agree_with_differences()
    {
        using var scope = NewDisposeScope();
        Tensor a = Check.Numbers(-1, 1, 2, 3, 4), b = Check.Numbers(-1, 1, 2, 4, 2), c = Check.Numbers(-1, 1, 2, 3, 2);
        Check.Gradient(t => t[0].bmm(t[1]), a.clone(), b.clone());
        Check.Gradient(t => t[0].matmul(t[1][0]), a.clone(), b.clone());
        Check.Gradient(t => t[2].baddbmm(t[0], t[1], 0.5f, 2), a.clone(), b.clone(), c.clone());
        Check.Gradient(t => t[2][0].addmm(t[0][0], t[1][0], 0.5f, 2), a.clone(), b.clone(), c.clone());
        Check.Gradient(t => einsum("bik,bkj->bji", t[0], t[1]), a.clone(), b.clone());
    }

    [Fact]
    public void Decompositions_multiply_back()
    {
        using var scope = NewDisposeScope();
        var a = Check.Numbers(-1, 1, 4, 4) + eye(4, dtype: float64) * 2;
        var (q, r) = linalg.qr(a);
        Check.Close(Check.Values(a), q.mm(r), 1e-12);
        Check.Close(Check.Values(eye(4, dtype: float64)), q.t().mm(q), 1e-12);
        var (u, s, vh) = linalg.svd(a);
        Check.Close(Check.Values(a), (u * s).mm(vh), 1e-12);
        Check.Close(Check.Values(s), linalg.svdvals(a), 1e-12);
        var symmetric = a + a.t();
        var (values, vectors) = linalg.eigh(symmetric);
        Check.Close(Check.Values(symmetric), (vectors * values).mm(vectors.t()), 1e-12);
        Check.Close(Check.Values(values), linalg.eigvalsh(symmetric), 1e-12);
        var positive = a.mm(a.t());
        var factor = linalg.cholesky(positive);
        Check.Close(Check.Values(positive), factor.mm(factor.t()), 1e-12);
        Check.Close(Check.Values(eye(4, dtype: float64)), a.mm(linalg.inv(a)), 1e-12);
        Check.Close(Check.Values(linalg.inv(a)), linalg.pinv(a), 1e-11);
        var right = Check.Numbers(-1, 1, 4, 2);
        Check.Close(Check.Values(right), a.mm(linalg.solve(a, right)), 1e-12);
        Check.Close([Check.Values(linalg.eigvalsh(positive)).Aggregate(1.0, (x, y) => x * y)], linalg.det(positive), 1e-11);
        Check.Close([4], linalg.matrix_rank(a));
        Check.Close(Check.Values(a.mm(a).mm(a)), a.matrix_power(3), 1e-12);
        Check.Close([Math.Sqrt(Check.Values(a * a).Sum())], linalg.norm(a, "fro"));
        Check.Close([Check.Values(s).Max()], linalg.norm(a, 2.0, [0, 1]), 1e-12);
    }
}
