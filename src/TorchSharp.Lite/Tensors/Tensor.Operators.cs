using static TorchSharp.Lite.Dispatcher;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The sum.</summary>
        public static Tensor operator +(Tensor left, Tensor right) => left.add(right);
        /// <inheritdoc cref="operator +(Tensor, Tensor)"/>
        public static Tensor operator +(Tensor left, Scalar right) => left.add(right);
        /// <inheritdoc cref="operator +(Tensor, Tensor)"/>
        public static Tensor operator +(Scalar left, Tensor right) => right.add(left);
        /// <inheritdoc cref="operator +(Tensor, Tensor)"/>
        public static Tensor operator +(Tensor left, int right) => left.add((Scalar)right);
        /// <inheritdoc cref="operator +(Tensor, Tensor)"/>
        public static Tensor operator +(Tensor left, long right) => left.add((Scalar)right);
        /// <inheritdoc cref="operator +(Tensor, Tensor)"/>
        public static Tensor operator +(Tensor left, float right) => left.add((Scalar)right);
        /// <inheritdoc cref="operator +(Tensor, Tensor)"/>
        public static Tensor operator +(Tensor left, double right) => left.add((Scalar)right);
        /// <inheritdoc cref="operator +(Tensor, Tensor)"/>
        public static Tensor operator +(int left, Tensor right) => right.add((Scalar)left);
        /// <inheritdoc cref="operator +(Tensor, Tensor)"/>
        public static Tensor operator +(long left, Tensor right) => right.add((Scalar)left);
        /// <inheritdoc cref="operator +(Tensor, Tensor)"/>
        public static Tensor operator +(float left, Tensor right) => right.add((Scalar)left);
        /// <inheritdoc cref="operator +(Tensor, Tensor)"/>
        public static Tensor operator +(double left, Tensor right) => right.add((Scalar)left);
        /// <summary>The difference.</summary>
        public static Tensor operator -(Tensor left, Tensor right) => left.sub(right);
        /// <inheritdoc cref="operator -(Tensor, Tensor)"/>
        public static Tensor operator -(Tensor left, Scalar right) => left.sub(right);
        /// <inheritdoc cref="operator -(Tensor, Tensor)"/>
        public static Tensor operator -(Scalar left, Tensor right) => Call("rsub.Scalar", right, left);
        /// <inheritdoc cref="operator -(Tensor, Tensor)"/>
        public static Tensor operator -(Tensor left, int right) => left.sub((Scalar)right);
        /// <inheritdoc cref="operator -(Tensor, Tensor)"/>
        public static Tensor operator -(Tensor left, long right) => left.sub((Scalar)right);
        /// <inheritdoc cref="operator -(Tensor, Tensor)"/>
        public static Tensor operator -(Tensor left, float right) => left.sub((Scalar)right);
        /// <inheritdoc cref="operator -(Tensor, Tensor)"/>
        public static Tensor operator -(Tensor left, double right) => left.sub((Scalar)right);
        /// <inheritdoc cref="operator -(Tensor, Tensor)"/>
        public static Tensor operator -(int left, Tensor right) => Call("rsub.Scalar", right, (Scalar)left);
        /// <inheritdoc cref="operator -(Tensor, Tensor)"/>
        public static Tensor operator -(long left, Tensor right) => Call("rsub.Scalar", right, (Scalar)left);
        /// <inheritdoc cref="operator -(Tensor, Tensor)"/>
        public static Tensor operator -(float left, Tensor right) => Call("rsub.Scalar", right, (Scalar)left);
        /// <inheritdoc cref="operator -(Tensor, Tensor)"/>
        public static Tensor operator -(double left, Tensor right) => Call("rsub.Scalar", right, (Scalar)left);
        /// <summary>The product.</summary>
        public static Tensor operator *(Tensor left, Tensor right) => left.mul(right);
        /// <inheritdoc cref="operator *(Tensor, Tensor)"/>
        public static Tensor operator *(Tensor left, Scalar right) => left.mul(right);
        /// <inheritdoc cref="operator *(Tensor, Tensor)"/>
        public static Tensor operator *(Scalar left, Tensor right) => right.mul(left);
        /// <inheritdoc cref="operator *(Tensor, Tensor)"/>
        public static Tensor operator *(Tensor left, int right) => left.mul((Scalar)right);
        /// <inheritdoc cref="operator *(Tensor, Tensor)"/>
        public static Tensor operator *(Tensor left, long right) => left.mul((Scalar)right);
        /// <inheritdoc cref="operator *(Tensor, Tensor)"/>
        public static Tensor operator *(Tensor left, float right) => left.mul((Scalar)right);
        /// <inheritdoc cref="operator *(Tensor, Tensor)"/>
        public static Tensor operator *(Tensor left, double right) => left.mul((Scalar)right);
        /// <inheritdoc cref="operator *(Tensor, Tensor)"/>
        public static Tensor operator *(int left, Tensor right) => right.mul((Scalar)left);
        /// <inheritdoc cref="operator *(Tensor, Tensor)"/>
        public static Tensor operator *(long left, Tensor right) => right.mul((Scalar)left);
        /// <inheritdoc cref="operator *(Tensor, Tensor)"/>
        public static Tensor operator *(float left, Tensor right) => right.mul((Scalar)left);
        /// <inheritdoc cref="operator *(Tensor, Tensor)"/>
        public static Tensor operator *(double left, Tensor right) => right.mul((Scalar)left);
        /// <summary>The quotient.</summary>
        public static Tensor operator /(Tensor left, Tensor right) => left.div(right);
        /// <inheritdoc cref="operator /(Tensor, Tensor)"/>
        public static Tensor operator /(Tensor left, Scalar right) => left.div(right);
        /// <inheritdoc cref="operator /(Tensor, Tensor)"/>
        public static Tensor operator /(Scalar left, Tensor right) => Quotient(left, right);
        /// <inheritdoc cref="operator /(Tensor, Tensor)"/>
        public static Tensor operator /(Tensor left, int right) => left.div((Scalar)right);
        /// <inheritdoc cref="operator /(Tensor, Tensor)"/>
        public static Tensor operator /(Tensor left, long right) => left.div((Scalar)right);
        /// <inheritdoc cref="operator /(Tensor, Tensor)"/>
        public static Tensor operator /(Tensor left, float right) => left.div((Scalar)right);
        /// <inheritdoc cref="operator /(Tensor, Tensor)"/>
        public static Tensor operator /(Tensor left, double right) => left.div((Scalar)right);
        /// <inheritdoc cref="operator /(Tensor, Tensor)"/>
        public static Tensor operator /(int left, Tensor right) => Quotient((Scalar)left, right);
        /// <inheritdoc cref="operator /(Tensor, Tensor)"/>
        public static Tensor operator /(long left, Tensor right) => Quotient((Scalar)left, right);
        /// <inheritdoc cref="operator /(Tensor, Tensor)"/>
        public static Tensor operator /(float left, Tensor right) => Quotient((Scalar)left, right);
        /// <inheritdoc cref="operator /(Tensor, Tensor)"/>
        public static Tensor operator /(double left, Tensor right) => Quotient((Scalar)left, right);
        /// <summary>The remainder with the divisor's sign.</summary>
        public static Tensor operator %(Tensor left, Tensor right) => left.remainder(right);
        /// <inheritdoc cref="operator %(Tensor, Tensor)"/>
        public static Tensor operator %(Tensor left, Scalar right) => left.remainder(right);
        /// <inheritdoc cref="operator %(Tensor, Tensor)"/>
        public static Tensor operator %(Tensor left, int right) => left.remainder((Scalar)right);
        /// <inheritdoc cref="operator %(Tensor, Tensor)"/>
        public static Tensor operator %(Tensor left, long right) => left.remainder((Scalar)right);
        /// <inheritdoc cref="operator %(Tensor, Tensor)"/>
        public static Tensor operator %(Tensor left, float right) => left.remainder((Scalar)right);
        /// <inheritdoc cref="operator %(Tensor, Tensor)"/>
        public static Tensor operator %(Tensor left, double right) => left.remainder((Scalar)right);
        /// <summary>The bits set in both.</summary>
        public static Tensor operator &(Tensor left, Tensor right) => left.bitwise_and(right);
        /// <summary>The bits set in either.</summary>
        public static Tensor operator |(Tensor left, Tensor right) => left.bitwise_or(right);
        /// <summary>The bits set in exactly one.</summary>
        public static Tensor operator ^(Tensor left, Tensor right) => left.bitwise_xor(right);
        /// <summary>Element by element, whether the left is equal.</summary>
        public static Tensor operator ==(Tensor left, Tensor right) => left.eq(right);
        /// <inheritdoc cref="operator ==(Tensor, Tensor)"/>
        public static Tensor operator ==(Tensor left, Scalar right) => left.eq(right);
        /// <inheritdoc cref="operator ==(Tensor, Tensor)"/>
        public static Tensor operator ==(Scalar left, Tensor right) => right.eq(left);
        /// <summary>Element by element, whether the two differ.</summary>
        public static Tensor operator !=(Tensor left, Tensor right) => left.ne(right);
        /// <inheritdoc cref="operator !=(Tensor, Tensor)"/>
        public static Tensor operator !=(Tensor left, Scalar right) => left.ne(right);
        /// <inheritdoc cref="operator !=(Tensor, Tensor)"/>
        public static Tensor operator !=(Scalar left, Tensor right) => right.ne(left);
        /// <summary>Element by element, whether the left is less.</summary>
        public static Tensor operator <(Tensor left, Tensor right) => left.lt(right);
        /// <inheritdoc cref="operator &lt;(Tensor, Tensor)"/>
        public static Tensor operator <(Tensor left, Scalar right) => left.lt(right);
        /// <inheritdoc cref="operator &lt;(Tensor, Tensor)"/>
        public static Tensor operator <(Scalar left, Tensor right) => right.gt(left);
        /// <summary>Element by element, whether the left is less or equal.</summary>
        public static Tensor operator <=(Tensor left, Tensor right) => left.le(right);
        /// <inheritdoc cref="operator &lt;=(Tensor, Tensor)"/>
        public static Tensor operator <=(Tensor left, Scalar right) => left.le(right);
        /// <inheritdoc cref="operator &lt;=(Tensor, Tensor)"/>
        public static Tensor operator <=(Scalar left, Tensor right) => right.ge(left);
        /// <summary>Element by element, whether the left is greater.</summary>
        public static Tensor operator >(Tensor left, Tensor right) => left.gt(right);
        /// <inheritdoc cref="operator >(Tensor, Tensor)"/>
        public static Tensor operator >(Tensor left, Scalar right) => left.gt(right);
        /// <inheritdoc cref="operator >(Tensor, Tensor)"/>
        public static Tensor operator >(Scalar left, Tensor right) => right.lt(left);
        /// <summary>Element by element, whether the left is greater or equal.</summary>
        public static Tensor operator >=(Tensor left, Tensor right) => left.ge(right);
        /// <inheritdoc cref="operator >=(Tensor, Tensor)"/>
        public static Tensor operator >=(Tensor left, Scalar right) => left.ge(right);
        /// <inheritdoc cref="operator >=(Tensor, Tensor)"/>
        public static Tensor operator >=(Scalar left, Tensor right) => right.le(left);
        /// <summary>The negative.</summary>
        public static Tensor operator -(Tensor tensor) => tensor.neg();
        /// <summary>The complement of the bits; of bools, the negation.</summary>
        public static Tensor operator ~(Tensor left) => left.bitwise_not();
        /// <summary>A tensor of one element.</summary>
        public static implicit operator Tensor(byte value) => tensor(value);
        /// <summary>A tensor of one element.</summary>
        public static implicit operator Tensor(short value) => tensor(value);
        /// <summary>A tensor of one element.</summary>
        public static implicit operator Tensor(int value) => tensor(value);
        /// <summary>A tensor of one element.</summary>
        public static implicit operator Tensor(long value) => tensor(value);
        /// <summary>A tensor of one element.</summary>
        public static implicit operator Tensor(float value) => tensor(value);
        /// <summary>A tensor of one element.</summary>
        public static implicit operator Tensor(double value) => tensor(value);
        /// <summary>A tensor of one element.</summary>
        public static implicit operator Tensor(bool value) => tensor(value);
        /// <summary>A tensor of one dimension.</summary>
        public static implicit operator Tensor(int[] value) => tensor(value);
        /// <summary>A tensor of one dimension.</summary>
        public static implicit operator Tensor(long[] value) => tensor(value);
        /// <summary>A tensor of one dimension.</summary>
        public static implicit operator Tensor(float[] value) => tensor(value);
        /// <summary>A tensor of one dimension.</summary>
        public static implicit operator Tensor(double[] value) => tensor(value);
        /// <summary>A tensor of one dimension.</summary>
        public static implicit operator Tensor(bool[] value) => tensor(value);
        /// <summary>A tensor of one element.</summary>
        public static implicit operator Tensor(Scalar scalar) => torch.full(Array.Empty<long>(), scalar, scalar.Type);
        /// <summary>The only element, converted.</summary>
        public static explicit operator float(Tensor value) => value.ToSingle();
        /// <summary>The only element, converted.</summary>
        public static explicit operator double(Tensor value) => value.ToDouble();
        /// <summary>The only element, converted.</summary>
        public static explicit operator byte(Tensor value) => value.ToByte();
        /// <summary>The only element, converted.</summary>
        public static explicit operator short(Tensor value) => value.ToInt16();
        /// <summary>The only element, converted.</summary>
        public static explicit operator int(Tensor value) => value.ToInt32();
        /// <summary>The only element, converted.</summary>
        public static explicit operator long(Tensor value) => value.ToInt64();
        /// <summary>The only element, converted.</summary>
        public static explicit operator bool(Tensor value) => value.ToBoolean();

        private static Tensor Quotient(Scalar left, Tensor right)
        {
            using var inverse = right.reciprocal();
            return inverse.mul(left);
        }
    }
}
